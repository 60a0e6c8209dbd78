import { signerOfPreset } from '../fixtures/signed-preset.ts';
import { request as plainRequest, SIGNERS, signedRequest } from '../fixtures/signed-request.ts';
import {
  type InboundRequest,
  listProviders,
  type Provider,
  receiveWebhook,
  type VerificationInput,
} from '../src/index.ts';
import { mutate } from './mutate.ts';
import { createRandom, type Random } from './random.ts';

export interface FuzzReport {
  requests: number;
  providers: number;
  /** Valid after the change, because no signed part was changed. */
  stillValid: number;
  /** The failures, each with the data to reproduce it; at most MAX_FAILURES. */
  failures: string[];
}

/** The request from which the mutations of a provider start. */
interface Subject {
  provider: Provider;
  original: InboundRequest;
  secrets: readonly [right: string, wrong: string];
  options: Readonly<Record<string, string>>;
  coversBody: boolean;
}

const MAX_FAILURES = 20;
const BODY = Buffer.from('{"type":"a.b","id":"1","event":{"type":"x"},"data":{"id":"y"},"text":"Zoë"}');

/**
 * Changes requests and checks the results: no function may throw, a request with another secret or another body must
 * never be accepted, and no accepted body may make `interpret` throw.
 */
export async function fuzzProviders(options: {
  requests: number;
  seed: number;
  onProgress?: (done: number) => void;
}): Promise<FuzzReport> {
  const random = createRandom(options.seed);
  const subjects = createSubjects();
  const report: FuzzReport = {
    requests: 0,
    providers: new Set(subjects.map(({ provider }) => provider)).size,
    stillValid: 0,
    failures: [],
  };
  for (let n = 0; n < options.requests && report.failures.length < MAX_FAILURES; n++) {
    const subject = subjects[n % subjects.length] as Subject;
    const problem = await tryOne(random, subject, report).catch(
      (error: unknown) => `threw ${(error as Error).stack ?? String(error)}`,
    );
    if (problem !== undefined) {
      report.failures.push(`${subject.provider.id}, request ${n} of seed ${options.seed}: ${problem}`);
    }
    report.requests++;
    if (report.requests % 10_000 === 0) options.onProgress?.(report.requests);
  }
  return report;
}

async function tryOne(random: Random, subject: Subject, report: FuzzReport): Promise<string | undefined> {
  const { provider, original, secrets, options, coversBody } = subject;
  const request = mutate(random, original);
  const [right, wrong] = secrets;
  const rightTurn = random.below(3) > 0;
  const input: VerificationInput = {
    request,
    secrets: [rightTurn ? right : random.pick([wrong, ''])],
    options,
  };
  const verification = await provider.verify(input);
  provider.interpret(request, { secret: right, options });
  await receiveWebhook(provider, { ...input, verifyTokens: ['token'] });
  if (!verification.ok) return undefined;
  if (!rightTurn) return 'accepted with a wrong secret';
  if (coversBody && !sameContent(request, original)) return `accepted another body: ${request.rawBody}`;
  report.stillValid++;
  return undefined;
}

/** The same bytes, or a form with the same fields: some providers sign the fields, not their spelling. */
function sameContent(request: InboundRequest, original: InboundRequest): boolean {
  if (request.rawBody.equals(original.rawBody)) return true;
  const fields = (body: Buffer) => [...new URLSearchParams(body.toString())].sort().join('&');
  return original.rawBody.includes('=') && fields(request.rawBody) === fields(original.rawBody);
}

function createSubjects(): Subject[] {
  const subjects: Subject[] = [];
  for (const provider of listProviders()) {
    const { preset } = provider;
    const signers = SIGNERS.filter((signer) => signer.provider === provider.id);
    for (const signer of signers) {
      const original = signedRequest(signer, BODY);
      subjects.push({ provider, original, secrets: signer.secrets, options: {}, coversBody: true });
    }
    if (signers.length > 0) continue;
    if (preset !== undefined && !('allowedAddressesOnly' in preset.scheme)) {
      const signer = signerOfPreset(preset);
      subjects.push({
        provider,
        original: signer.sign(),
        secrets: signer.secrets,
        options: signer.options,
        coversBody: 'signature' in preset.scheme && preset.scheme.bodyNotCovered !== true,
      });
    } else {
      // The fuzzer cannot sign for this provider: every request must be refused.
      const original = plainRequest({ rawBody: BODY, headers: unsignedHeaders });
      subjects.push({
        provider,
        original,
        secrets: ['x'.repeat(64), 'y'.repeat(64)],
        options: {},
        coversBody: true,
      });
    }
  }
  return subjects;
}

const unsignedHeaders = {
  authorization: ['Bearer eyJhbGciOiJIUzI1NiJ9.e30.AAAA'],
  'x-signature': ['t=1,v1=00'],
  'x-twilio-signature': ['AAAA'],
  'x-signature-ed25519': ['00'.repeat(64)],
  'x-signature-timestamp': ['1700000000'],
  'x-hub-signature': [`sha1=${'0'.repeat(40)}`],
  'paypal-cert-url': ['https://api.paypal.com/v1/notifications/certs/x'],
  'paypal-transmission-sig': ['AAAA'],
};
