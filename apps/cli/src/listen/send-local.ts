import type { TLSSocket } from 'node:tls';
import { connectSecurely } from './local/connect-securely.ts';
import type { LocalAnswer } from './local/local-answer.ts';
import { sendHttp1 } from './local/send-http1.ts';
import { sendHttp2 } from './local/send-http2.ts';
import type { LocalRequest } from './local-request.ts';

/** What became of a request to a local server. */
export type LocalResult =
  | ({ kind: 'answered'; durationMs: number } & LocalAnswer)
  /** Nothing was sent: nobody listens there, or the name is unknown. */
  | { kind: 'refused'; message: string; durationMs: number }
  /** The connection broke before the answer: the server may or may not have seen the request. */
  | { kind: 'broken'; message: string; durationMs: number }
  | { kind: 'timeout'; message: string; durationMs: number }
  /** It would fail again, such as a certificate that is not trusted. */
  | { kind: 'impossible'; message: string; durationMs: number };

export interface SendOptions {
  timeoutMs: number;
  /** Whether a certificate may be of anybody. */
  insecure: boolean;
  signal: AbortSignal;
}

/** Errors before anything was sent. */
const REFUSED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
]);

/**
 * Sends one request on a connection of its own: one that is kept open may be closed just when it is used again. A server
 * that speaks only HTTP/2 gets HTTP/2.
 */
export async function sendLocal(
  request: LocalRequest,
  { timeoutMs, insecure, signal }: SendOptions,
): Promise<LocalResult> {
  const start = performance.now();
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timeout]);
  let socket: TLSSocket | undefined;
  try {
    if (request.url.startsWith('https:'))
      socket = await connectSecurely(new URL(request.url), insecure, either);
    const send = socket?.alpnProtocol === 'h2' ? sendHttp2 : sendHttp1;
    const answer = await send(request, socket, either);
    return { kind: 'answered', ...answer, durationMs: performance.now() - start };
  } catch (error) {
    signal.throwIfAborted();
    const durationMs = performance.now() - start;
    if (timeout.aborted)
      return { kind: 'timeout', message: `no answer within ${timeoutMs / 1_000} s`, durationMs };
    return describeFailure(error as NodeJS.ErrnoException, durationMs);
  } finally {
    socket?.destroy();
  }
}

function describeFailure(error: NodeJS.ErrnoException, durationMs: number): LocalResult {
  // Node tries all addresses of a name: each has its own error.
  const inner = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [error];
  const [first = error] = inner;
  const { message, code = '' } = first;
  if (inner.every((each) => REFUSED.has(each.code ?? ''))) return { kind: 'refused', message, durationMs };
  const isImpossible =
    /^(ERR_TLS|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_SSL|EPROTO|HPE_|ERR_INVALID|ERR_UNESCAPED)/.test(
      code,
    );
  return { kind: isImpossible ? 'impossible' : 'broken', message, durationMs };
}
