import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { FEED_LIMITS } from '@hookline/contracts';
import { type Logger, REQUEST_ID_HEADER, readRequestId, toApiError, writeErrorBody } from '@hookline/service';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Identity } from '../../auth/identity.ts';

/** Serves the upgrades to one path. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;

export interface UpgradeOptions {
  server: Server;
  /** The handler of a path without its query; undefined: the request is served as an ordinary request. */
  handlerOf: (path: string) => UpgradeHandler | undefined;
  logger: Logger;
}

const pathOf = (request: IncomingMessage) => (request.url ?? '').split('?', 1)[0] as string;

/**
 * Accepts WebSocket upgrades to the feed. A refused upgrade is answered with HTTP, before the 101. Other upgrade requests
 * (cleartext HTTP/2, other paths) are served as ordinary requests.
 */
export function acceptUpgrades({ server, handlerOf, logger }: UpgradeOptions): void {
  (server as { shouldUpgradeCallback?: (request: IncomingMessage) => boolean }).shouldUpgradeCallback = (
    request,
  ) => request.headers.upgrade?.toLowerCase() === 'websocket' && handlerOf(pathOf(request)) !== undefined;

  server.on('upgrade', (request, socket, head) => {
    const onError = (error: Error) =>
      logger.debug({ err: error }, 'the connection of an upgrade to the feed failed');
    socket.on('error', onError);
    const handler = handlerOf(pathOf(request));
    if (!handler) {
      socket.destroy();
      return;
    }
    handler(request, socket, head).then(
      () => socket.off('error', onError),
      (error: unknown) => refuse(request, socket, error, logger),
    );
  });
}

/** Refusals that say nothing about the state of this process. */
const EXPECTED: ReadonlySet<string> = new Set(['overloaded', 'shutting_down', 'unavailable']);

function refuse(
  { headers, url = '' }: IncomingMessage,
  socket: Duplex,
  cause: unknown,
  logger: Logger,
): void {
  const error = toApiError(cause);
  const requestId = readRequestId(headers);
  if (error.statusCode >= 500 && !EXPECTED.has(error.code))
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

export interface WebSocketHandlerOptions {
  closeTimeoutMs: number;
  /**
   * Judges the request before the 101. @returns who it is from; undefined: the client says so in its first message
   * @throws ApiError
   */
  judge: (request: IncomingMessage) => Promise<Identity | undefined>;
  onConnection: (socket: WebSocket, identity: Identity | undefined, request: IncomingMessage) => void;
}

/** Creates the handler of paths that speak WebSocket. */
export function createWebSocketHandler({
  closeTimeoutMs,
  judge,
  onConnection,
}: WebSocketHandlerOptions): UpgradeHandler {
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: FEED_LIMITS.messageBytes,
    closeTimeout: closeTimeoutMs,
  } as ConstructorParameters<typeof WebSocketServer>[0]);
  sockets.on('headers', (headers, { headers: sent }) => {
    headers.push(`${REQUEST_ID_HEADER}: ${readRequestId(sent)}`);
  });
  return async (request, socket, head) => {
    const identity = await judge(request);
    if (socket.destroyed) return;
    sockets.handleUpgrade(request, socket, head, (webSocket) => onConnection(webSocket, identity, request));
  };
}
