import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { LocalRequest } from '../local-request.ts';
import { collectBody } from './collect-body.ts';
import { groupHeaders } from './group-headers.ts';
import { targetOf } from './host-of.ts';
import type { LocalAnswer } from './local-answer.ts';

/** @param socket a connection on which the server has chosen HTTP/2 */
export async function sendHttp2(
  { method, url, headers, body }: LocalRequest,
  socket: TLSSocket | undefined,
  signal: AbortSignal,
): Promise<LocalAnswer> {
  const session = connect(
    new URL(url).origin,
    socket === undefined ? {} : { createConnection: () => socket },
  );
  session.on('error', () => {});
  try {
    const stream = session.request(
      { ':method': method, ':path': targetOf(url), ...Object.fromEntries(groupHeaders(headers)) },
      { signal },
    );
    stream.on('error', () => {});
    stream.end(body);
    const [answered] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
    return {
      status: answered[':status'] ?? 0,
      headers: Object.entries(answered)
        .filter(([name]) => !name.startsWith(':'))
        .flatMap(([name, value]) => [value ?? []].flat().map((text) => [name, String(text)] as const)),
      ...(await collectBody(stream)),
    };
  } finally {
    session.destroy();
  }
}
