import { ApiError, FEED_CLOSE, type FeedQuery } from '@hookline/contracts';
import { REQUEST_ID_HEADER } from '@hookline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Identity } from '../../auth/identity.ts';
import type { Admission } from '../sessions/admission.ts';
import { FeedSession } from '../sessions/feed-session.ts';
import type { SessionContext } from '../sessions/session-context.ts';
import type { SessionRegistry } from '../sessions/session-registry.ts';
import { readFeedQuery } from './read-feed-query.ts';
import { formatServerSent } from './server-sent-messages.ts';
import { ServerSentTransport } from './server-sent-transport.ts';

export interface ServerSentCall {
  request: FastifyRequest;
  reply: FastifyReply;
  identity: Identity;
  query: FeedQuery;
}

/** Answers `GET /api/feed` with events until either side ends the connection. Throws ApiError before the first byte. */
export type ServeServerSent = (call: ServerSentCall) => void;

const SHORTEST_RETRY_MS = 2_000;
const RETRY_SPREAD_MS = 3_000;
/** Node's code for a connection that ended without a close code. */
const ABNORMAL = 1006;
const NORMAL = 1000;

export function createServeServerSent(parts: {
  admission: Admission;
  context: SessionContext;
  registry: SessionRegistry;
}): ServeServerSent {
  const { admission, context, registry } = parts;
  return ({ request, reply, identity, query }) => {
    if (request.method !== 'GET') throw new ApiError('method_not_allowed');
    admission.check(request.raw, true);
    const subscription = readFeedQuery(query, headerOf(request, 'last-event-id'), identity.principal);

    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...headersOf(reply),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      [REQUEST_ID_HEADER]: request.id,
    });
    // Also sends the head: the client learns at once that it is connected.
    response.write(formatServerSent({ retryMs: jitteredRetryMs(Math.random()) }));

    const transport = new ServerSentTransport(response, context.settings.closeTimeoutMs);
    const session: FeedSession = new FeedSession({
      context,
      transport,
      address: request.ip,
      identity,
      takesRaw: true,
      onGone: () => registry.remove(session),
    });
    response.on('error', (error) => context.logger.debug({ err: error }, 'a feed connection failed'));
    response.once('close', () => session.gone(response.writableFinished ? NORMAL : ABNORMAL));
    registry.add(session);
    session.subscribe(subscription);
    // Its request was judged before the feed stopped.
    if (admission.isStopped) session.close(FEED_CLOSE.restarting, 'this replica is shutting down');
  };
}

/** Browsers that lose their connections together do not all come back in the same moment. */
const jitteredRetryMs = (random: number) => SHORTEST_RETRY_MS + Math.round(random * RETRY_SPREAD_MS);

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

/** The headers that hooks have set, such as those for browsers. */
function headersOf(reply: FastifyReply): Record<string, string | number | string[]> {
  return Object.fromEntries(
    Object.entries(reply.getHeaders()).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );
}
