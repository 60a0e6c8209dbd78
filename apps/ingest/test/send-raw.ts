import { connect } from 'node:net';
import type { Replica } from './harness.ts';
import type { SignedRequest } from './sign.ts';

/** Writes the exact bytes of a request, and reads the answer's head and the part of its body that arrives with it. */
export async function sendRaw(replica: Replica, bytes: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(replica.url);
  const socket = connect(Number(port), hostname);
  socket.setEncoding('latin1');
  socket.write(bytes);
  let received = '';
  for await (const chunk of socket) {
    received += chunk;
    if (received.includes('\r\n\r\n')) break;
  }
  socket.destroy();
  return received;
}

/** Sends a POST with unchanged headers, also with headers that `fetch` would change or refuse. */
export function postRaw(replica: Replica, path: string, { headers, body }: SignedRequest): Promise<string> {
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: h',
    'Connection: close',
    `Content-Length: ${body.length}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return sendRaw(replica, Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]));
}
