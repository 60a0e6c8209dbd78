import { HTTP_METHODS, type HttpMethod } from '@hookline/contracts';
import { refuseHeader } from '../../endpoints/headers/endpoint-headers.ts';
import type { RequestContent } from '../delivery/request-content.ts';

const MAX_HEADERS = 50;
const MAX_HEADER_LENGTH = 4_096;
const MAX_NAME_LENGTH = 256;
const MAX_SHOWN = 100;

/** The handler's return value is not a request that can be sent. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** The parts of a handler's return value that are read. */
export const OUTPUT_MEMBERS = ['method', 'headers', 'payload', 'cancel', 'url'] as const;
type Output = Readonly<Partial<Record<(typeof OUTPUT_MEMBERS)[number], string>>>;

/**
 * Converts a handler's return value to a request; undefined when the handler wants nothing sent.
 * @param output JSON text of each member; the payload's text is sent as it is
 * @throws OutputError
 */
export function readOutput(output: Output): RequestContent | undefined {
  if (output.cancel === 'true') return undefined;
  if (output.url !== undefined)
    throw new OutputError(
      'webhook.url is set, and only the endpoint says where it is sent: make another endpoint',
    );
  if (output.payload === undefined) throw new OutputError('webhook.payload is missing or not JSON');
  return {
    method: readMethod(parse(output.method)),
    headers: readHeaders(parse(output.headers) ?? {}),
    body: Buffer.from(output.payload),
  };
}

const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** A value for an error message, shortened. */
function show(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? 'an object' : String(JSON.stringify(value));
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function readMethod(given: unknown): HttpMethod {
  const method = HTTP_METHODS.find((each) => typeof given === 'string' && each === given.toUpperCase());
  if (method === undefined)
    throw new OutputError(`webhook.method must be one of ${HTTP_METHODS.join(', ')}, not ${show(given)}`);
  return method;
}

function readHeaders(given: unknown): Record<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new OutputError('webhook.headers must be an object');
  const entries = Object.entries(given);
  if (entries.length > MAX_HEADERS)
    throw new OutputError(`webhook.headers must have at most ${MAX_HEADERS} headers, not ${entries.length}`);
  const headers: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (name.length > MAX_NAME_LENGTH)
      throw new OutputError(`webhook.headers: a name must have at most ${MAX_NAME_LENGTH} characters`);
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new OutputError(`webhook.headers: the value of ${name} must be text`);
    const text = String(value);
    if (text.length > MAX_HEADER_LENGTH)
      throw new OutputError(
        `webhook.headers: the value of ${name} must have at most ${MAX_HEADER_LENGTH} characters`,
      );
    const refusal = refuseHeader(name, text);
    if (refusal !== undefined) throw new OutputError(`webhook.headers: ${refusal}`);
    headers[name] = text;
  }
  return headers;
}
