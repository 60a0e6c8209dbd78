import { HTTP_METHODS, type HttpMethod } from '@hookline/contracts';
import { refuseHeader } from '../routes/endpoints/endpoint-headers.ts';
import type { RequestContent } from '../sending/request-content.ts';

const MAX_HEADERS = 50;
const MAX_HEADER_LENGTH = 4_096;

/** What a handler returned is not a request that can be sent. */
export class OutputError extends Error {
  override readonly name = 'OutputError';
}

/**
 * What a handler returned, as a request; undefined when it wants nothing sent.
 * @throws OutputError that says what is wrong with it
 */
export function readOutput(output: string): RequestContent | undefined {
  const webhook = JSON.parse(output) as Record<string, unknown>;
  if (webhook['cancel'] === true) return undefined;
  if (webhook['payload'] === undefined) throw new OutputError('webhook.payload is not there, or no JSON');
  return {
    method: readMethod(webhook['method']),
    headers: readHeaders(webhook['headers'] ?? {}),
    body: Buffer.from(JSON.stringify(webhook['payload'])),
  };
}

function readMethod(given: unknown): HttpMethod {
  const method = HTTP_METHODS.find((each) => each === String(given).toUpperCase());
  if (method === undefined)
    throw new OutputError(
      `webhook.method is ${JSON.stringify(given)}, not one of ${HTTP_METHODS.join(', ')}`,
    );
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
