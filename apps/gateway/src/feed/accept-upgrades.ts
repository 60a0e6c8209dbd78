import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, type ApiErrorBody, FEED_LIMITS, FEED_PATH } from '@hookline/contracts';
import { type Logger, toApiError } from '@hookline/service';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Identity } from '../auth/identity.ts';
import { readBearer } from '../auth/read-bearer.ts';

export interface UpgradeOptions {
  server: Server;
  authenticate: Authenticator;
  /** Origins of browsers' pages, besides the gateway's own, that may open the feed. */
  allowedOrigins: readonly string[];
  closeTimeoutMs: number;
  /** Why no connection can be taken just now, if so. */
  refusal: (hasToken: boolean) => ApiError | undefined;
  onConnection: (socket: WebSocket, identity: Identity | undefined) => void;
  logger: Logger;
}

/**
 * Takes WebSocket upgrades to the feed. Whatever is wrong with one is answered with HTTP, before the 101. Other
 * requests to upgrade (HTTP/2 in the clear, other paths) are served as if they had not asked.
 */
export function acceptUpgrades(options: UpgradeOptions): void {
  const { server, logger } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FEED_LIMITS.messageBytes,
    closeTimeout: options.closeTimeoutMs,
  } as ConstructorParameters<typeof WebSocketServer>[0]);

  (server as { shouldUpgradeCallback?: (request: IncomingMessage) => boolean }).shouldUpgradeCallback = (
    request,
  ) => request.headers.upgrade?.toLowerCase() === 'websocket' && request.url?.split('?', 1)[0] === FEED_PATH;

  server.on('upgrade', (request, socket, head) => {
    const onError = (error: Error) => logger.debug({ err: error }, 'an upgrade to the feed broke');
    socket.on('error', onError);
    void judge(request).then(
      (identity) => {
        socket.off('error', onError);
        if (socket.destroyed) return;
        sockets.handleUpgrade(request, socket, head, (webSocket) =>
          options.onConnection(webSocket, identity),
        );
      },
      (error: unknown) => refuse(socket, toApiError(error)),
    );
  });

  async function judge(request: IncomingMessage): Promise<Identity | undefined> {
    if (!isOriginAllowed(request, options.allowedOrigins)) {
      throw new ApiError('forbidden', {
        message: `Pages of ${request.headers.origin} may not open the feed; the gateway's ALLOWED_ORIGINS says which may`,
      });
    }
    const token = readBearer(request.headers);
    const hasToken = request.headers.authorization !== undefined;
    const refusal = options.refusal(hasToken);
    if (refusal) throw refusal;
    // Browsers cannot send the header; they send the token as their first message.
    return hasToken ? options.authenticate(token) : undefined;
  }

  function refuse(socket: Duplex, error: ApiError): void {
    if (error.statusCode >= 500)
      logger.error({ err: error.cause ?? error }, 'an upgrade to the feed was refused');
    const body: ApiErrorBody = { error: error.message, code: error.code, requestId: randomUUID() };
    const text = JSON.stringify(body);
    socket.once('finish', () => socket.destroy());
    socket.end(
      [
        `HTTP/1.1 ${error.statusCode} ${error.code}`,
        'connection: close',
        'content-type: application/json; charset=utf-8',
        `content-length: ${Buffer.byteLength(text)}`,
        ...(error.retryAfterSeconds === undefined ? [] : [`retry-after: ${error.retryAfterSeconds}`]),
        'x-content-type-options: nosniff',
        '',
        text,
      ].join('\r\n'),
    );
  }
}

/** Programs send no Origin. A page of the gateway's own host may always; the scheme may differ behind a proxy. */
function isOriginAllowed(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  if (allowed.includes(origin)) return true;
  try {
    return host !== undefined && new URL(origin).host === host;
  } catch {
    return false;
  }
}
