import { operations, type UnreadableMessage } from '@hookline/contracts';
import { invalidCursor, mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import {
  countUnreadableMessages,
  listUnreadableMessages,
  type MessagePlace,
  type UnreadableMessageRow,
} from '../../sql/list-unreadable-messages.ts';
import type { RouteContext } from '../context.ts';

/** Messages that delivery could not read, for operators. There should be none. */
export function mountListUnreadableMessages(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.listUnreadableMessages, context.authenticate, ({ query }) =>
    context.database.withSystem((tx) =>
      readPage(query, {
        list: ({ after, ...range }) => listUnreadableMessages(tx, { after: readPlace(after), ...range }),
        count: (limit) => countUnreadableMessages(tx, limit),
        cursorOf: ({ microseconds, streamSeq }) => `msg_${microseconds}_${streamSeq}`,
        idPrefix: 'msg',
        toItem: present,
      }),
    ),
  );
}

/** @throws ApiError `invalid_request` for the cursor of another list */
function readPlace(cursor: string | undefined): MessagePlace | undefined {
  if (cursor === undefined) return undefined;
  const [, microseconds, streamSeq] = /^msg_(\d{1,16})_(\d{1,16})$/.exec(cursor) ?? [];
  if (microseconds === undefined || streamSeq === undefined) throw invalidCursor();
  return { microseconds, streamSeq };
}

function present(row: UnreadableMessageRow): UnreadableMessage {
  return {
    id: `${row.streamEpoch}-${row.streamSeq}`,
    at: row.createdAt.toISOString(),
    userId: row.tenantId,
    reason: row.details ?? '',
    subject: row.subject,
    headers: row.headers ?? {},
    payloadBase64: row.payload?.toString('base64') ?? '',
  };
}
