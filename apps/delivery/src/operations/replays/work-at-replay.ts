import type { ReplaySelection } from '@hookline/contracts';
import { type Database, planByKey, type Transaction } from '@hookline/db';
import { endpoints, replays } from '@hookline/db/delivery';
import type { CompiledFilter } from '@hookline/filters';
import { workAtDueJob } from '@hookline/service';
import { eq, sql } from 'drizzle-orm';
import { compileStoredFilter } from '../../endpoints/catalog/compile-stored-filter.ts';
import type { FilterEvaluator } from '../../pipeline/filters/filter-evaluator.ts';
import { keepFitting } from './keep-fitting.ts';
import { candidatesOf, type ReplayCursor, type ReplayScope } from './replay-scope.ts';
import { type Candidate, sendAgain } from './send-again.ts';

type ReplayRow = typeof replays.$inferSelect;

const SCAN = 2_000;
const TAKE = 500;
/** The most candidates in a part of a replay with a filter, which has to read the payloads. */
const TAKE_FILTERED = 100;
/** The most waiting deliveries of one replay: new events of the endpoint wait behind them. */
const MAX_WAITING = 2_000;
/** Deliveries of a replay to many endpoints do not count any more after they have waited for this time. */
const WAITING_SECONDS = 30;
const WAITING_PAUSE_MS = 250;

/**
 * The statuses of deliveries that a replay of each kind may send again. A delivery that was discarded, even after it
 * was selected, is not among them: it is sent again only on request by its id.
 */
const STATUSES: Record<ReplaySelection['kind'], readonly string[]> = {
  dead_letters: ['failed'],
  failed: ['failed', 'retrying'],
  events: ['failed', 'retrying', 'success'],
  missed: ['failed'],
};

/**
 * Does the next part of the replay that has been due longest and that no other replica works at.
 * @returns whether a replay was due
 * @throws the error of the part; the replay is put off
 */
export const workAtReplay = (database: Database, evaluator: FilterEvaluator): Promise<boolean> =>
  workAtDueJob(database, replays, (transaction, replay) => doNextPart(transaction, evaluator, replay));

async function doNextPart(
  transaction: Transaction,
  evaluator: FilterEvaluator,
  replay: ReplayRow,
): Promise<void> {
  await planByKey(transaction);
  if ((await countWaiting(transaction, replay)) >= MAX_WAITING) {
    await transaction
      .update(replays)
      .set({ dueAt: sql`now() + ${WAITING_PAUSE_MS} * interval '1 millisecond'` })
      .where(eq(replays.id, replay.id));
    return;
  }

  const { scope, filters } = await openReplay(transaction, replay);
  const take = Math.min(filters.length === 0 ? TAKE : TAKE_FILTERED, replay.perSecond ?? TAKE);
  const { candidates, cursor, end } = await nextCandidates(transaction, replay, scope, take);
  const sent = await sendAgain(transaction, {
    replayId: replay.id,
    trigger: replay.requestedBy,
    candidates: await keepFitting(transaction, evaluator, filters, candidates),
    statuses: STATUSES[replay.selection.kind],
  });
  const pauseMs = replay.perSecond === null ? 0 : (1_000 * sent) / replay.perSecond;
  await transaction
    .update(replays)
    .set({
      sent: replay.sent + sent,
      skipped: replay.skipped + candidates.length - sent,
      ...(cursor ? { cursorEventId: cursor.eventId, cursorEndpointId: cursor.endpointId } : {}),
      ...(end
        ? { status: 'completed', dueAt: null, finishedAt: sql`now()` }
        : { dueAt: sql`now() + ${pauseMs}::float8 * interval '1 millisecond'` }),
    })
    .where(eq(replays.id, replay.id));
}

/**
 * Counts the waiting deliveries of a replay, up to MAX_WAITING. A replay to many endpoints counts only deliveries that
 * it made due recently: an endpoint that is down or slow must not delay the others. A replay to one endpoint counts all
 * of them, because new events of the endpoint wait behind them. Deliveries that wait for their turn in an order, or for
 * an endpoint that is switched off, delay no other delivery and are not counted.
 */
async function countWaiting(transaction: Transaction, replay: ReplayRow): Promise<number> {
  const isToOne = (replay.targetEndpointId ?? replay.selection.webhookId) !== undefined;
  const lately = sql`and d.retried_at > now() - ${WAITING_SECONDS} * interval '1 second'`;
  const { rows } = await transaction.execute(sql`
    select count(*)::integer as n
    from (
      select from deliveries d
      join endpoints p on p.id = d.endpoint_id and p.active
      where d.replay_id = ${replay.id} and d.status in ('pending', 'sending') and d.due_at < 'infinity'
        ${isToOne ? sql`` : lately}
      limit ${MAX_WAITING}
    ) waiting`);
  return Number(rows[0]?.['n'] ?? 0);
}

async function nextCandidates(transaction: Transaction, replay: ReplayRow, scope: ReplayScope, take: number) {
  const { cursorEventId: eventId, cursorEndpointId: endpointId } = replay;
  const before = eventId === null || endpointId === null ? undefined : { eventId, endpointId };
  const { rows } = await transaction.execute(sql`
    with ${candidatesOf(scope, before, { scan: SCAN, take })}
    select (select count(*)::integer from scanned) as scanned,
           (select row_to_json(s) from (
              select event_id as "eventId", endpoint_id as "endpointId" from scanned
              order by event_id desc, endpoint_id desc limit 1) s) as last,
           (select coalesce(json_agg(json_build_object(
              'eventId', event_id, 'sourceEndpointId', source_endpoint_id, 'endpointId', endpoint_id,
              'createdAt', created_at) order by event_id, source_endpoint_id), '[]')
            from candidates) as candidates`);
  const found = rows[0] as unknown as {
    scanned: number;
    last: ReplayCursor | null;
    candidates: Candidate[];
  };
  const { candidates } = found;
  const lastTaken = candidates.at(-1);
  if (lastTaken && candidates.length === take) {
    const cursor = { eventId: lastTaken.eventId, endpointId: lastTaken.sourceEndpointId };
    return { candidates, cursor, end: false };
  }
  return { candidates, cursor: found.last ?? before, end: found.scanned < SCAN };
}

/**
 * Reads the scope and the filters of a replay. Which events an endpoint missed depends on its present event types and
 * filter, so both are read for each part.
 */
async function openReplay(
  transaction: Transaction,
  replay: ReplayRow,
): Promise<{ scope: ReplayScope; filters: CompiledFilter[] }> {
  const [target] =
    replay.selection.kind === 'missed' && replay.targetEndpointId !== null
      ? await transaction
          .select({ events: endpoints.events, filter: endpoints.filter })
          .from(endpoints)
          .where(eq(endpoints.id, replay.targetEndpointId))
      : [];
  return {
    scope: {
      tenant: replay.tenantId ?? undefined,
      selection: replay.selection,
      targetEndpointId: replay.targetEndpointId ?? undefined,
      wanted: target?.events ?? [],
      lateSince: replay.lateSince ?? undefined,
      until: replay.until,
    },
    filters: [replay.filter, target?.filter ?? null]
      .filter((filter) => filter !== null)
      .map((filter) => compileStoredFilter(filter)),
  };
}
