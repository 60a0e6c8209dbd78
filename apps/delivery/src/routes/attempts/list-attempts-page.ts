import { attemptId, deliveryId, ID_PREFIX, type ListedAttempt } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { decodeCursor, invalidCursor, type Page, pageOf } from '@hookline/service';
import {
  type AttemptFilter,
  type AttemptKey,
  type ListedAttemptRow,
  listAllAttempts,
} from '../../sql/list-all-attempts.ts';

/** A page of attempts, those at the newest events first. */
export async function listAttemptsPage(
  database: Database,
  { limit, cursor, ...filter }: AttemptFilter & { limit: number; cursor?: string | undefined },
): Promise<Page<ListedAttempt>> {
  const after = readCursor(decodeCursor(cursor, ID_PREFIX.event, 3));
  const { rows, scannedTo } = await database.withScope(filter.tenant, (tx) =>
    listAllAttempts(tx, filter, { after, limit }),
  );
  return pageOf(rows, {
    limit,
    cursorOf: writeCursor,
    scannedTo: scannedTo && writeCursor(scannedTo),
    toItem: presentListedAttempt,
  });
}

const writeCursor = ({ eventId, endpointId, attempt }: AttemptKey): string =>
  `${eventId} ${endpointId} ${attempt}`;

function readCursor(position: string | undefined): AttemptKey | undefined {
  if (position === undefined) return undefined;
  const [eventId = '', endpointId = '', number = ''] = position.split(' ');
  // The number is compared with one of Postgres, which has a greatest integer.
  if (!/^[0-9]{1,9}$/.test(number)) throw invalidCursor();
  return { eventId, endpointId, attempt: Number(number) };
}

function presentListedAttempt(row: ListedAttemptRow): ListedAttempt {
  const { eventId, endpointId } = row;
  return {
    id: attemptId(eventId, endpointId, row.attempt),
    deliveryId: deliveryId(eventId, endpointId),
    eventId,
    webhookId: endpointId,
    userId: row.tenantId,
    attempt: row.attempt,
    trigger: row.trigger,
    replayId: row.replayId,
    startedAt: row.startedAt.toISOString(),
    durationMs: row.durationMs,
    firstByteMs: row.firstByteMs,
    outcome: row.outcome,
    responseCode: row.responseCode,
    errorCode: row.errorCode,
    errorMessage: row.errorMessage,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
  };
}
