import { HTTP_METHODS, type HttpMethod } from '@hookline/contracts';
import { refuseHeader } from '../../endpoints/headers/endpoint-headers.ts';
import type { RequestContent } from '../delivery/request-content.ts';

const MAX_HEADERS = 50;
const MAX_HEADER_LENGTH = 4_096;
const MAX_NAME_LENGTH = 256;
const MAX_SHOWN = 100;

/** What a handler returned is not a request that can be sent. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/** What is read of what a handler returned. */
export const OUTPUT_MEMBERS = ['method', 'headers', 'payload', 'cancel', 'url'] as const;
type Output = Readonly<Partial<Record<(typeof OUTPUT_MEMBERS)[number], string>>>;

/**
 * What a handler returned, as a request; undefined when it wants nothing sent.
 * @param output JSON text of each member; the payload's is what is sent
 * @throws OutputError that says what is wrong with it
 */
export function readOutput(output: Output): RequestContent | undefined {
  if (output.cancel === 'true') return undefined;
  if (output.url !== undefined)
    throw new OutputError(
      'webhook.url is set, and only the endpoint says where it is sent: make another endpoint',
    );
  if (output.payload === undefined) throw new OutputError('webhook.payload is not there, or no JSON');
  return {
    method: readMethod(parse(output.method)),
    headers: readHeaders(parse(output.headers) ?? {}),
    body: Buffer.from(output.payload),
  };
}

const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

/** In a message: a value may be anything, and as long as it likes. */
function show(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? 'no text' : String(JSON.stringify(value));
  return text.length <= MAX_SHOWN ? text : `${text.slice(0, MAX_SHOWN)}…`;
}

function readMethod(given: unknown): HttpMethod {
  const method = HTTP_METHODS.find((each) => typeof given === 'string' && each === given.toUpperCase());
  if (method === undefined)
    throw new OutputError(`webhook.method is ${show(given)}, not one of ${HTTP_METHODS.join(', ')}`);
  return method;
}

function readHeaders(given: unknown): Record<string, string> {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new OutputError('webhook.headers is not an object');
  const entries = Object.entries(given);
  if (entries.length > MAX_HEADERS)
    throw new OutputError(`webhook.headers has ${entries.length} headers; at most ${MAX_HEADERS} are sent`);
  const headers: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (name.length > MAX_NAME_LENGTH)
      throw new OutputError(`webhook.headers: a name is longer than ${MAX_NAME_LENGTH} characters`);
    if (!['string', 'number', 'boolean'].includes(typeof value))
      throw new OutputError(`webhook.headers: the value of ${name} is not a text`);
    const text = String(value);
    if (text.length > MAX_HEADER_LENGTH)
      throw new OutputError(
        `webhook.headers: the value of ${name} is longer than ${MAX_HEADER_LENGTH} characters`,
      );
    const refusal = refuseHeader(name, text);
    if (refusal !== undefined) throw new OutputError(`webhook.headers: ${refusal}`);
    headers[name] = text;
  }
  return headers;
}
