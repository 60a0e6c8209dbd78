import Type from 'typebox';
import { FEED_SCOPE, FeedQuery } from '../feed.ts';
import { defineOperations, type Operation } from '../operation.ts';
import { one, Timestamp } from './common.ts';

export const feedOperations = defineOperations({
  createFeedTicket: {
    owner: 'gateway',
    role: 'tenant',
    scope: FEED_SCOPE,
    tag: 'Live feed',
    method: 'POST',
    path: '/api/feed/tickets',
    summary: 'Get a ticket for one connection to the live feed',
    description:
      'For browsers: `EventSource` sends no header, so it opens `GET /api/feed?ticket=…`. A ticket can be used once, within 30 seconds, on any replica.',
    success: {
      status: 201,
      schema: one(Type.Object({ ticket: Type.String(), expiresAt: Timestamp })),
    },
  },
});

/**
 * The live feed as server-sent events. It is described and mounted as every operation, but is none of the API's calls: its
 * answer does not end.
 */
export const followFeed = {
  id: 'followFeed',
  owner: 'gateway',
  role: 'tenant',
  scope: FEED_SCOPE,
  tag: 'Live feed',
  method: 'GET',
  path: '/api/feed',
  summary: 'Follow the live feed as server-sent events',
  description:
    'The answer does not end. Its events are `ready`, `event`, `gap`, `expiring` and `bye`; the id of each is a cursor, from which `Last-Event-ID` or `cursor` resumes. A WebSocket at `/ws/webhooks` does the same.',
  query: FeedQuery,
  success: { status: 200, mediaType: 'text/event-stream' },
} as const satisfies Operation;
