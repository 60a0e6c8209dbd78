import { once } from 'node:events';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { LocalRequest } from '../local-request.ts';
import { collectBody } from './collect-body.ts';
import { groupHeaders } from './group-headers.ts';
import { hostOf, targetOf } from './host-of.ts';
import type { LocalAnswer } from './local-answer.ts';

/** @param socket the connection to a server with https; undefined for http */
export async function sendHttp1(
  { method, url, headers, body }: LocalRequest,
  socket: TLSSocket | undefined,
  signal: AbortSignal,
): Promise<LocalAnswer> {
  const address = new URL(url);
  const request = requestHttp({
    hostname: hostOf(address),
    port: address.port || 80,
    path: targetOf(url),
    method,
    signal,
    // With an agent, Node would ignore the socket.
    ...(socket === undefined ? { agent: false } : { createConnection: () => socket }),
  });
  // After the answer has begun, an error of the connection is one of the answer, too.
  request.on('error', () => {});
  request.setHeader('host', address.host);
  for (const [name, values] of groupHeaders(headers)) request.setHeader(name, values);
  // Also of length 0: without it Node would send `transfer-encoding: chunked` for methods that usually have a body.
  if (body.length > 0 || !['GET', 'HEAD'].includes(method)) request.setHeader('content-length', body.length);
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode ?? 0,
    headers: pairs(response.rawHeaders),
    ...(await collectBody(response)),
  };
}

function pairs(flat: readonly string[]): [string, string][] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[2 * index] as string,
    flat[2 * index + 1] as string,
  ]);
}
