import { ApiError, operations, type UnreadableMessage } from '@hookline/contracts';
import { skippedMessages } from '@hookline/db/delivery';
import { type Authenticate, decodeCursor, mountOperation, pageOf } from '@hookline/service';
import { and, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { countUpTo } from '../count-up-to.ts';

const { createdAt, streamSeq } = skippedMessages;
const columns = {
  ...getTableColumns(skippedMessages),
  /** A batch is noted in one statement, at one moment: a cursor has all its digits, and the sequence. */
  microseconds: sql<string>`(extract(epoch from ${createdAt}) * 1000000)::bigint::text`,
};

/** What delivery could not read, for operators: there should be none. */
export function mountUnreadableMessages(
  app: FastifyInstance,
  { database }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, operations.listUnreadableMessages, authenticate, async ({ query }) => {
    const isBefore = readCursor(query.cursor);
    const { limit, offset = 0 } = query;
    const where = and(eq(skippedMessages.reason, 'malformed'), isBefore);
    return database.withSystem(async (tx) => {
      const rows = await tx
        .select(columns)
        .from(skippedMessages)
        .where(where)
        .orderBy(desc(createdAt), desc(streamSeq))
        .limit(limit + 1)
        .offset(offset);
      const total = isBefore === undefined ? await countUpTo(tx, skippedMessages, where) : undefined;
      const cursorOf = (row: (typeof rows)[number]) => `msg_${row.microseconds}_${row.streamSeq}`;
      return pageOf(rows, { limit, offset, total, cursorOf, toItem: present });
    });
  });
}

/** @throws ApiError `invalid_request` */
function readCursor(text: string | undefined): SQL | undefined {
  const cursor = decodeCursor(text);
  if (cursor === undefined) return undefined;
  const [, microseconds, sequence] = /^msg_(\d{1,16})_(\d{1,16})$/.exec(cursor) ?? [];
  if (microseconds === undefined)
    throw new ApiError('invalid_request', {
      message: 'querystring/cursor must be the `nextCursor` of a page of this list',
    });
  return sql`(${createdAt}, ${streamSeq}) < ('epoch'::timestamptz + ${microseconds}::bigint * interval '1 microsecond', ${sequence}::bigint)`;
}

function present(row: typeof skippedMessages.$inferSelect): UnreadableMessage {
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
