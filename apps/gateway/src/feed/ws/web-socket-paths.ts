import type { IncomingMessage } from 'node:http';
import { FEED_BATCH, FEED_CLOSE, FEED_PATHS } from '@hookline/contracts';
import type { WebSocket } from 'ws';
import type { Identity } from '../../auth/identity.ts';
import type { Monitor } from '../monitoring/monitor.ts';
import type { Admission } from '../sessions/admission.ts';
import { FeedSession } from '../sessions/feed-session.ts';
import type { SessionContext } from '../sessions/session-context.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { createWebSocketHandler, type UpgradeHandler } from './accept-upgrades.ts';
import { type EncodeEvent, encodeEvent, encodeRepositoryEvent } from './event-messages.ts';
import { createFrameBatcher } from './frame-batcher.ts';
import { serveWebSocket } from './serve-web-socket.ts';
import { WebSocketTransport } from './web-socket-transport.ts';

export interface WebSocketPathsOptions {
  admission: Admission;
  context: SessionContext;
  registry: SessionRegistry;
  monitor: Monitor;
}

interface Path {
  encode: EncodeEvent;
  takesRaw?: boolean;
  isMonitoring?: boolean;
}

const PATHS: readonly (readonly [string, Path])[] = [
  [FEED_PATHS.events, { encode: encodeEvent, takesRaw: true }],
  [FEED_PATHS.repositories, { encode: encodeRepositoryEvent }],
  [FEED_PATHS.monitoring, { encode: encodeEvent, isMonitoring: true }],
];

/** The handlers of the feed's three WebSocket paths. They differ in what an event looks like. */
export function createWebSocketPaths(options: WebSocketPathsOptions): [string, UpgradeHandler][] {
  const { admission, context, registry, monitor } = options;
  const { settings, logger } = context;
  const batcher = createFrameBatcher();

  async function judge(request: IncomingMessage): Promise<Identity | undefined> {
    admission.check(request);
    // Browsers cannot send the header. They send the token as their first message.
    return context.authentication.byRequest(request);
  }

  function open(
    socket: WebSocket,
    identity: Identity | undefined,
    request: IncomingMessage,
    path: Path,
  ): void {
    const transport = new WebSocketTransport({
      socket,
      encode: path.encode,
      batcher: asksForSingleMessages(request) ? undefined : batcher,
    });
    let unfollow: (() => void) | undefined;
    const session: FeedSession = new FeedSession({
      context,
      transport,
      address: context.authentication.addressOf(request),
      identity,
      takesRaw: path.takesRaw ?? false,
      onlyOperators: path.isMonitoring ?? false,
      takesSubscriptions: !path.isMonitoring,
      onOpen() {
        if (path.isMonitoring)
          unfollow = monitor.follow((_update, text) => sendUpdate(session, socket, text));
      },
      onGone() {
        unfollow?.();
        registry.remove(session);
      },
    });
    serveWebSocket(socket, session, (error) => logger.debug({ err: error }, 'a feed connection failed'));
    registry.add(session);
    // Its upgrade began before the feed stopped.
    if (admission.isStopped) session.close(FEED_CLOSE.restarting, 'this replica is shutting down');
  }

  function sendUpdate(session: FeedSession, socket: WebSocket, text: string): void {
    if (session.isClosing) return;
    socket.send(text);
    if (session.transport.bufferedBytes > settings.maxBufferedBytes) session.cutOff();
  }

  return PATHS.map(([name, path]) => [
    name,
    createWebSocketHandler({
      closeTimeoutMs: settings.closeTimeoutMs,
      judge,
      onConnection: (socket, identity, request) => open(socket, identity, request, path),
    }),
  ]);
}

function asksForSingleMessages({ url = '' }: IncomingMessage): boolean {
  return new URLSearchParams(url.split('?', 2)[1]).get(FEED_BATCH.query) === 'off';
}
