import { createHmac } from 'node:crypto';
import { calledUrlOption } from '../presets/define-preset.ts';
import { defineProvider } from '../presets/define-provider.ts';
import { optionOf } from '../provider/source-options.ts';
import type { VerificationInput, VerificationResult } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';
import { pairsOf } from '../request/form/form-fields.ts';
import { isRejection, readForm } from '../request/form/read-form.ts';
import type { InboundRequest } from '../request/inbound-request.ts';
import { isBodiless } from '../request/request-views.ts';
import { readSingleHeader } from '../request/single-header.ts';
import { signatureDecoder } from '../schemes/decode-signature.ts';
import { matchSecrets } from '../schemes/match-secrets.ts';
import { usableSecrets } from '../schemes/usable-secrets.ts';

const SIGNATURES = ['x-plivo-signature-v3', 'x-plivo-signature-ma-v3'] as const;
const NONCE = 'x-plivo-signature-v3-nonce';
const MAX_SIGNATURES = 16;
const decoder = signatureDecoder('base64', 32);

/**
 * HMAC over the address, the sorted query, the sorted fields of a form and a nonce. The auth token of the account or
 * of its main account may sign. There is no timestamp.
 */
export const plivoV3 = defineProvider(
  {
    id: 'plivo-v3',
    name: 'Plivo (V3 signatures)',
    evidence: [
      {
        kind: 'official-sdk',
        source: 'https://github.com/plivo/plivo-node/blob/HEAD/lib/utils/v3Security.js',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://docs.plivo.com/docs/voice/xml/request/validation',
        checkedOn: '2026-11-29',
      },
    ],
    identity: {
      id: 'none',
      equalBodies: 'events',
      because: 'CallUUID identifies the call, and pressing the same digit twice makes two equal requests',
      retries: true,
    },
    setup: [
      'In the Plivo console, copy the auth token of the account and store it here as the secret.',
      'Enter the address of this source, exactly as Hookline shows it, as the hangup, ring or callback URL of calls, or as the URL of a message.',
      'Do not enter it as answer or action URL: these require Plivo XML, and an empty answer ends the call.',
    ],
    documentation: 'https://docs.plivo.com/docs/voice/xml/request/validation',
    caution: 'Plivo signs the fields of the form, not the bytes of the body.',
    options: { url: calledUrlOption('Plivo') },
    type: [{ firstOf: [{ form: 'Event' }, { form: 'Status' }, { form: 'CallStatus' }, { form: 'Type' }] }],
    subject: [{ form: 'CallUUID' }, { form: 'MessageUUID' }],
    source: [{ form: 'To' }],
    methods: ['POST', 'GET'],
    answerWithinMs: 8_000,
  },
  { verify, checkSecret: (secret) => (secret === '' ? 'The secret is empty.' : undefined) },
);

function verify(input: VerificationInput): VerificationResult {
  if (usableSecrets(input).length === 0) {
    return reject('no_secret', 'No secret is configured, so Hookline cannot verify requests.');
  }
  const { request } = input;
  const candidates = readSignatures(request);
  if (!Array.isArray(candidates)) return candidates as Rejection;
  const nonce = readSingleHeader(request, NONCE, 'missing_timestamp');
  if (typeof nonce !== 'string') return nonce;
  const message = `${signedUrl(input)}.${nonce}`;
  return matchSecrets(
    input,
    (secret) => createHmac('sha256', secret).update(message, 'utf8').digest(),
    candidates,
    'it was made with another auth token, a field was changed, or the address differs from the one that Plivo calls',
  );
}

function readSignatures(request: InboundRequest): Buffer[] | Rejection {
  const candidates: Buffer[] = [];
  const [first] = SIGNATURES;
  const present = SIGNATURES.filter((header) => request.headers[header] !== undefined);
  for (const header of present.length === 0 ? [first] : present) {
    const text = readSingleHeader(request, header, 'missing_signature');
    if (typeof text !== 'string') return text;
    for (const item of text.split(',', MAX_SIGNATURES)) {
      const candidate = decoder.decode(item.trim());
      if (candidate !== undefined) candidates.push(candidate);
    }
  }
  return candidates.length > 0
    ? candidates
    : reject('malformed_signature', `The header ${first} must contain ${decoder.form}.`, { header: first });
}

/** `?` if there are query or fields, `.` between them: `…?a=1&b=2.c3d4`. */
function signedUrl(input: VerificationInput): string {
  const { request } = input;
  const url = URL.parse(optionOf(input, 'url') ?? request.url);
  const base = `${url?.protocol}//${url?.host}${url?.pathname}`;
  const query = sorted([...(url?.searchParams ?? [])], '=').join('&');
  const form = isBodiless(request) || request.rawBody.length === 0 ? new Map() : readForm(request);
  const fields = isRejection(form) ? '' : sorted(pairsOf(form), '').join('');
  if (query === '' && fields === '') return base;
  return `${base}?${query}${query !== '' && fields !== '' ? '.' : ''}${fields}`;
}

/** Sorted by name, and the values of a name among themselves. */
function sorted(pairs: readonly (readonly [string, string])[], between: string): string[] {
  return pairs
    .toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}${between}${value}`);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
