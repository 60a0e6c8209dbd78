import type { IncomingMessage } from 'node:http';

/**
 * What `request.headersDistinct` says, for less: Node reads the raw headers a second time for it, while Fastify has had
 * `request.headers` made already. As many names there as in the raw headers: nothing was sent twice, joined or left out.
 */
export function toDistinctHeaders(
  request: Pick<IncomingMessage, 'headers' | 'headersDistinct' | 'rawHeaders'>,
): NodeJS.Dict<string[]> {
  const { headers } = request;
  const names = Object.keys(headers);
  if (names.length * 2 !== request.rawHeaders.length) return request.headersDistinct;
  const distinct: NodeJS.Dict<string[]> = {};
  for (const name of names) {
    const value = headers[name];
    distinct[name] = Array.isArray(value) ? value : [value as string];
  }
  return distinct;
}
