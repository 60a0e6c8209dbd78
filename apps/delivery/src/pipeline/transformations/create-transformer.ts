import type { HttpMethod, Transformation } from '@hookline/contracts';
import { hasInexactNumber, listInexactNumbers } from '@hookline/json';
import type { Conduct, Sandbox, SandboxFailure, SandboxResult } from '@hookline/sandbox';
import { redactHeaders } from '../../endpoints/headers/redact-headers.ts';
import { type AttemptFailure, failWith } from '../delivery/attempt-errors.ts';
import { buildEnvelope, type EnvelopedEvent, type RequestContent } from '../delivery/request-content.ts';
import { restoreSecrets } from './header-secrets.ts';
import { OUTPUT_MEMBERS, OutputError, readOutput } from './read-output.ts';
import { TEMPLATES } from './templates/index.ts';

export interface TransformInput {
  /** The id of the endpoint that the code belongs to. */
  key: string;
  tenantId: string;
  transformation: Transformation;
  method: HttpMethod;
  /** The code sees their secrets redacted. */
  headers: Readonly<Record<string, string>>;
  event: EnvelopedEvent;
  /** A dry run: its result is not recorded. */
  fresh?: boolean;
}

export interface Transformed {
  startedAtMs: number;
  /** Includes the wait for a thread. */
  durationMs: number;
  /** Undefined after a failure, when the event was dropped, and when no thread was free. */
  content?: RequestContent;
  dropped?: boolean;
  failure?: AttemptFailure & { line: number | undefined; column: number | undefined };
  /** The code was not run, because too many others wait. */
  busy?: boolean;
  console: string[];
}

export interface Transformer {
  /** Rejects only by a defect of Hookline. */
  transform(input: TransformInput): Promise<Transformed>;
  /** Why code cannot be used; undefined when it can. Never rejects. */
  check(key: string, tenantId: string, code: string): Promise<SandboxFailure | undefined>;
  /** The recent results of an endpoint's code in this replica. */
  conductOf(endpointId: string, tenantId: string): Conduct;
}

/** The sandbox takes 0.1 s to parse and print so much; its time limit allows no more. */
export const MAX_TRANSFORMED_BYTES = 1_048_576;

export function createTransformer(sandbox: Sandbox): Transformer {
  return {
    async transform({ key, tenantId, transformation, method, headers, event, fresh = false }) {
      const startedAtMs = Date.now();
      const start = performance.now();
      const about = (console: string[]) => ({
        startedAtMs,
        durationMs: performance.now() - start,
        console,
      });
      const { length } = event.payload;
      if (length > MAX_TRANSFORMED_BYTES) {
        const message = `The payload has ${length} bytes; transformations take at most ${MAX_TRANSFORMED_BYTES}`;
        return { ...about([]), failure: toFailure(message) };
      }
      const code = 'code' in transformation ? transformation.code : TEMPLATES[transformation.template].code;
      const input = toInput(method, redactHeaders(headers), event);
      const result = await sandbox.run({ key, owner: tenantId, code, input, members: OUTPUT_MEMBERS, fresh });
      if (result.failure?.kind === 'busy') return { ...about([]), busy: true };
      return { ...about(result.console), ...read(result, headers) };
    },

    async check(key, tenantId, code) {
      const job = { key, owner: tenantId, code, input: undefined, members: [], fresh: true };
      return (await sandbox.run(job)).failure;
    },

    conductOf: (endpointId, tenantId) => sandbox.conductOf(endpointId, tenantId),
  };
}

/** For one payload. */
const MAX_EXACT_NUMBERS = 1_000;

/**
 * The exact texts of numbers that the code would see rounded, by JSON pointer into `payload`; undefined where there are
 * none, which is nearly always.
 */
function exactNumbersOf(payload: Uint8Array): Record<string, string> | undefined {
  if (!hasInexactNumber(payload)) return undefined;
  const numbers = listInexactNumbers(payload, MAX_EXACT_NUMBERS);
  if (numbers.length === 0) return undefined;
  return Object.fromEntries(numbers.map(({ pointer, text }) => [`/data${pointer}`, text]));
}

/** The envelope is JSON text already, and is inserted unchanged. */
function toInput(method: HttpMethod, headers: object, event: EnvelopedEvent): string {
  const head = JSON.stringify({
    method,
    headers,
    eventType: event.eventType,
    event: { id: event.eventId, type: event.eventType, time: event.eventTime },
    cancel: false,
    exactNumbers: exactNumbersOf(event.payload),
  });
  return `${head.slice(0, -1)},"payload":${buildEnvelope(event).toString('utf8')}}`;
}

function read(
  { output, failure }: SandboxResult,
  own: TransformInput['headers'],
): Pick<Transformed, 'content' | 'dropped' | 'failure'> {
  if (failure || output === undefined) {
    const place = failure?.line === undefined ? '' : ` (line ${failure.line})`;
    const message = `The transformation failed: ${failure?.message ?? 'it returned nothing'}${place}`;
    if (failure?.kind === 'suspended')
      return { failure: { ...toFailure(message), code: 'transformation_suspended' } };
    if (failure?.kind === 'timeout')
      return { failure: { ...toFailure(message, failure), code: 'transformation_timeout' } };
    return { failure: toFailure(message, failure) };
  }
  try {
    const content = readOutput(output);
    if (!content) return { dropped: true };
    return { content: { ...content, headers: restoreSecrets(content.headers, own) } };
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    return { failure: toFailure(`The transformation failed: ${error.message}`) };
  }
}

const toFailure = (message: string, place?: SandboxFailure): NonNullable<Transformed['failure']> => ({
  ...failWith('transformation_failed', message),
  line: place?.line,
  column: place?.column,
});
