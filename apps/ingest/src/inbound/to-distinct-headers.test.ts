import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { toDistinctHeaders } from './to-distinct-headers.ts';

/** A request that Node built from these header lines. */
async function requestWith(lines: readonly string[]): Promise<IncomingMessage> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const received = new Promise<IncomingMessage>((resolve) => server.once('request', resolve));
  socket.write(`GET / HTTP/1.1\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`);
  return await received;
}

it.each([
  ['each header once', ['Host: a', 'X-Signature: sha256=1', 'Accept: */*']],
  ['a repeated header whose values Node joins', ['Host: a', 'X-Signature: 1', 'x-signature: 2']],
  ['a repeated header of which Node drops the second value', ['Host: a', 'User-Agent: x', 'User-Agent: y']],
  ['a header that Node always returns as a list', ['Host: a', 'Set-Cookie: a=1']],
  [
    'a header that Node always returns as a list, with two values',
    ['Host: a', 'Set-Cookie: a=1', 'Set-Cookie: b=2'],
  ],
  ['names of Object.prototype', ['Host: a', 'constructor: x', '__proto__: y', 'toString: z']],
  ['an empty header', ['Host: a', 'X-Signature:']],
])("returns the same as Node's headersDistinct: %s", async (_case, lines) => {
  const request = await requestWith(lines);
  expect({ ...toDistinctHeaders(request) }).toEqual({ ...request.headersDistinct });
});
