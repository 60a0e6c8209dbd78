import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ApiError, FEED_LIMITS, FEED_PATH } from '@hookline/contracts';
import { type Logger, REQUEST_ID_HEADER, readRequestId, toApiError, writeErrorBody } from '@hookline/service';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../auth/identity.ts';
import type { UpgradeAuthentication } from '../auth/upgrade-authentication.ts';

export interface UpgradeOptions {
  server: Server;
  authentication: UpgradeAuthentication;
  /** Origins whose pages may open the feed, besides the gateway's own origin. */
  allowedOrigins: readonly string[];
  closeTimeoutMs: number;
  /** Why new connections are refused; undefined if they are not. */
  refusal: (hasCredentials: boolean) => ApiError | undefined;
  onConnection: (socket: WebSocket, identity: Identity | undefined, address: string) => void;
  logger: Logger;
}

/**
 * Accepts WebSocket upgrades to the feed. A refused upgrade is answered with HTTP, before the 101. Other upgrade requests
 * (cleartext HTTP/2, other paths) are served as ordinary requests.
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

  sockets.on('headers', (headers, { headers: sent }) => {
    headers.push(`${REQUEST_ID_HEADER}: ${readRequestId(sent)}`);
  });

  (server as { shouldUpgradeCallback?: (request: IncomingMessage) => boolean }).shouldUpgradeCallback = (
    request,
  ) => request.headers.upgrade?.toLowerCase() === 'websocket' && request.url?.split('?', 1)[0] === FEED_PATH;

  server.on('upgrade', (request, socket, head) => {
    const onError = (error: Error) =>
      logger.debug({ err: error }, 'the connection of an upgrade to the feed failed');
    socket.on('error', onError);
    void judge(request).then(
      (identity) => {
        socket.off('error', onError);
        if (socket.destroyed) return;
        sockets.handleUpgrade(request, socket, head, (webSocket) =>
          options.onConnection(webSocket, identity, options.authentication.addressOf(request)),
        );
      },
      (error: unknown) => refuse(request, socket, toApiError(error)),
    );
  });

  async function judge(request: IncomingMessage): Promise<Identity | undefined> {
    if (!isOriginAllowed(request, options.allowedOrigins)) {
      throw new ApiError('forbidden', {
        message: `Pages of ${request.headers.origin} may not open the feed: add the origin to the gateway's ALLOWED_ORIGINS`,
      });
    }
    const refusal = options.refusal(options.authentication.hasCredentials(request));
    if (refusal) throw refusal;
    // A page of another origin can send neither a header nor the cookie. It sends a token as its first message.
    return options.authentication.byRequest(request);
  }

  function refuse({ headers, url = '' }: IncomingMessage, socket: Duplex, error: ApiError): void {
    const requestId = readRequestId(headers);
    if (error.statusCode >= 500)
      logger.error({ err: error.cause ?? error, requestId }, 'an upgrade to the feed was refused');
    const { contentType, text } = writeErrorBody(error, { id: requestId, accept: headers.accept, url });
    socket.once('finish', () => socket.destroy());
    socket.end(
      [
        `HTTP/1.1 ${error.statusCode} ${STATUS_CODES[error.statusCode]}`,
        'connection: close',
        `content-type: ${contentType}`,
        `content-length: ${Buffer.byteLength(text)}`,
        `${REQUEST_ID_HEADER}: ${requestId}`,
        ...(error.retryAfterSeconds === undefined ? [] : [`retry-after: ${error.retryAfterSeconds}`]),
        'x-content-type-options: nosniff',
        '',
        text,
      ].join('\r\n'),
    );
  }
}

/** Programs send no Origin. A page of the gateway's own host is always allowed; its scheme may differ behind a proxy. */
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
