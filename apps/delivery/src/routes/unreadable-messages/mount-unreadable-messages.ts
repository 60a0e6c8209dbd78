import { ApiError, listUnreadableMessages, type UnreadableMessage } from '@hookline/contracts';
import { skippedMessages } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { decodeCursor, pageOf } from '../page.ts';

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
  mountOperation(app, listUnreadableMessages, authenticate, async ({ query }) => {
    const isBefore = readCursor(query.cursor);
    const rows = await database.withSystem((tx) =>
      tx
        .select(columns)
        .from(skippedMessages)
        .where(and(eq(skippedMessages.reason, 'malformed'), isBefore))
        .orderBy(desc(createdAt), desc(streamSeq))
        .limit(query.limit + 1),
    );
    return pageOf(rows, query.limit, (row) => `msg_${row.microseconds}_${row.streamSeq}`, present);
  });
}

/** @throws ApiError `invalid_request` */
function readCursor(text: string | undefined): SQL | undefined {
  const cursor = decodeCursor(text);
  if (cursor === undefined) return undefined;
  const [, microseconds, sequence] = /^msg_(\d{1,16})_(\d{1,16})$/.exec(cursor) ?? [];
  if (microseconds === undefined)
    throw new ApiError('invalid_request', { message: 'query/cursor is not a cursor of this list' });
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
