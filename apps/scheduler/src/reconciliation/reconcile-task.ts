import { BusError } from '@hookline/bus';
import { countNouns, MAX_ASKED_KEYS, sourceDedupeKey, storedEventOperations } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { AnswerTooLongError } from '@hookline/outbound';
import type { Connectable, DeliveryLogSpecification, WatchSpecification } from '@hookline/providers';
import type { EventDraft, PublishEvents } from '../events/publish-events.ts';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { Journal } from '../journal/journal.ts';
import { afterError } from '../polls/after-failure.ts';
import { nextPage } from '../polls/next-page.ts';
import { callOrRefuse, itemsOf, type ReadValue } from '../polls/read-pages.ts';
import { isSuccess } from '../provider-api/answer-status.ts';
import { parseBody } from '../provider-api/parse-body.ts';
import type { ProviderAnswer, ProviderApi, ProviderCall } from '../provider-api/provider-api.ts';
import type { InternalApi } from '../services/internal-api.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import { findWatch } from '../sql/watch-rows.ts';
import { assertActive, ConnectionInactiveError } from '../status/assert-active.ts';
import type { ClaimedTask, NextRun, TaskKind, TaskResult } from '../tasks/task.ts';
import { excused, rests } from '../tasks/task-results.ts';
import { findSpecification } from '../watches/find-specification.ts';
import { createDayCounts, type DayCounts } from './day-counts.ts';
import {
  compareLogIds,
  type LogEntry,
  type LoggedDelivery,
  readDelivery,
  reasonOf,
  toDeliveries,
  toLogEntry,
} from './delivery-log.ts';
import { hasCopy, readStoredCopies, type StoredCopies } from './stored-copies.ts';

export interface ReconcileTaskOptions {
  database: Database;
  findConnection: (id: string) => Promise<ConnectionFacts | undefined>;
  findApp: (id: string) => Promise<AppFacts | undefined>;
  api: ProviderApi;
  delivery: InternalApi;
  publishEvents: PublishEvents;
  journal: Journal;
  /** How long delivery surely knows the events that arrived, in seconds. */
  keptSeconds: number;
  /** A younger delivery may still be on its way. Default 120 s. */
  settleSeconds?: number;
}

const MAX_PAGES = 200;
/** Missed deliveries that are fetched in one run; the next run goes on. */
const MAX_FETCHED = 60;
const CONTINUE_AFTER_SECONDS = 2;
/** How far the clock of a provider may be from that of the database. */
const CLOCKS_DIFFER_MS = 60_000;
const MAX_DELIVERY_BYTES = 32 * 1024 * 1024;

/** Where the last run stopped: everything up to this entry of the log is settled. */
interface Position {
  readonly after?: string;
}

interface Run {
  readonly task: ClaimedTask;
  readonly row: WatchRow & { readonly sourceId: string };
  readonly log: DeliveryLogSpecification;
  readonly call: Pick<ProviderCall, 'connection' | 'app' | 'signal' | 'values'>;
  readonly counts: DayCounts;
  readonly connectable: Connectable;
  /** What the polls of the hook's resource found. It is read once, and only if a delivery is missing. */
  readonly polled: () => Promise<StoredCopies>;
}

/**
 * Compares a provider's log of deliveries with what arrived. A delivery that did not is read from the log and published
 * with the key that ingest would have given it: if it arrives later all the same, it is one event. What a poll found
 * first is not published again.
 */
export function createReconcileKind(options: ReconcileTaskOptions): TaskKind {
  const { database, api, delivery, publishEvents, journal } = options;
  const settleMs = (options.settleSeconds ?? 120) * 1_000;

  async function run(task: ClaimedTask, signal: AbortSignal): Promise<TaskResult> {
    const [connection, app] = await Promise.all([
      options.findConnection(task.connectionId),
      options.findApp(task.appId),
    ]);
    const row = connection && (await findWatch(database, connection.id, task.name, task.resource));
    const known = row && findSpecification(row);
    const log = known?.specification.deliveries;
    if (!connection || !app || !row || !known || !log) return rests('gone', 'no_watch');
    const { connectable, specification } = known;
    const { sourceId, webhookId } = row;
    if (row.connectionId !== connection.id || sourceId === null || webhookId === null)
      return excused('not_registered');
    const counts = createDayCounts(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      stream: `${row.watch} ${row.resourceName ?? row.resource}`,
    });
    const values = { resource: row.resource, subscriptionId: webhookId };
    const current: Run = {
      task,
      row: { ...row, sourceId },
      log,
      call: { connection, app, signal, values },
      counts,
      connectable,
      polled: once(() => readPolled(connection, connectable, specification, row.resource, task.nowMs())),
    };
    try {
      return await reconcile(current);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ConnectionInactiveError) return excused(error.code);
      const result = afterError(error, task);
      if (result === undefined) throw error;
      return result;
    }
  }

  async function reconcile(current: Run): Promise<TaskResult> {
    const { task, counts } = current;
    const { settled, hasFailed } = await readLog(current);
    const deliveries = toDeliveries(settled);
    let fetched = 0;
    let isComplete = true;
    for (let start = 0; start < deliveries.length && isComplete; start += MAX_ASKED_KEYS) {
      const batch = deliveries.slice(start, start + MAX_ASKED_KEYS);
      const known = await findKnown(current, batch);
      let last: LoggedDelivery | undefined;
      for (const each of batch) {
        if (isMissing(current, each, known)) {
          if (fetched === MAX_FETCHED) {
            isComplete = false;
            break;
          }
          fetched++;
          await recover(current, each);
        } else if (!each.isRepeat) counts.add(each.last.atMs, 'received');
        last = each;
      }
      if (last !== undefined) await task.saveCursor({ after: last.last.logId });
      await counts.store();
    }
    await record(current);
    return {
      outcome: counts.total.missed > 0 ? 'recovered' : 'nothing_missed',
      ended: 'succeeded',
      next: nextRun(isComplete, hasFailed),
    };
  }

  function nextRun(isComplete: boolean, hasFailed: boolean): NextRun {
    if (!isComplete) return { at: 'soon', afterSeconds: CONTINUE_AFTER_SECONDS };
    return hasFailed ? { at: 'soon', afterSeconds: settleMs / 1_000 } : { at: 'grid' };
  }

  /**
   * The settled entries of the log that are newer than the last run's.
   * @returns `hasFailed`: one that is not settled has failed so far
   */
  async function readLog({ task, log, call }: Run): Promise<{ settled: LogEntry[]; hasFailed: boolean }> {
    const { after } = task.cursor as Position;
    const entries: LogEntry[] = [];
    const nowMs = task.nowMs();
    let query: Readonly<Record<string, string>> | undefined = {};
    for (let page = 0; page < MAX_PAGES && query !== undefined; page++) {
      const answer: ProviderAnswer = await callOrRefuse(api, { ...call, request: log.list, query });
      const items = itemsOf(answer, log.items).flatMap((item) => toLogEntry(item, log) ?? []);
      const isNew = ({ logId, atMs }: LogEntry) =>
        (after === undefined || compareLogIds(logId, after) > 0) && atMs >= nowMs - log.keptSeconds * 1_000;
      entries.push(...items.filter(isNew));
      query = items.length === 0 || !items.every(isNew) ? undefined : nextPage(log.pages, answer);
    }
    // Deliveries that are on their way are left to the next run, with all that are newer.
    const unsettled = entries.filter(({ atMs }) => atMs > nowMs - settleMs);
    const [first] = unsettled.map(({ logId }) => logId).sort(compareLogIds);
    return {
      settled: first === undefined ? entries : entries.filter(({ logId }) => compareLogIds(logId, first) < 0),
      hasFailed: unsettled.some(({ status }) => !isSuccess(status)),
    };
  }

  async function findKnown({ row }: Run, batch: readonly LoggedDelivery[]): Promise<ReadonlySet<string>> {
    const keys = batch.map(({ deliveryId }) => sourceDedupeKey(row.sourceId, deliveryId));
    const { data } = await delivery.call(storedEventOperations.findKnownKeys, {
      body: { tenant: row.tenantId, keys },
    });
    return new Set(data.known);
  }

  /** Events that are older than delivery keeps are missing only if the provider itself says so. */
  function isMissing(
    { task, row }: Run,
    { deliveryId, last, succeeded }: LoggedDelivery,
    known: ReadonlySet<string>,
  ): boolean {
    if (known.has(sourceDedupeKey(row.sourceId, deliveryId))) return false;
    // It came while the connection was paused: polls find it, under another key.
    const withheldUntilMs = row.withholds ? Infinity : (row.withheldUntil?.getTime() ?? -Infinity);
    if (succeeded && last.atMs <= withheldUntilMs + CLOCKS_DIFFER_MS) return false;
    return !succeeded || last.atMs > task.nowMs() - options.keptSeconds * 1_000;
  }

  async function recover(current: Run, each: LoggedDelivery): Promise<void> {
    const { counts, call, log } = current;
    const { atMs, logId } = each.last;
    const values = { ...call.values, logId };
    try {
      const answer = await callOrRefuse(api, {
        ...call,
        request: log.read,
        values,
        maxBytes: MAX_DELIVERY_BYTES,
      });
      const drafts = toDrafts(current, { value: answer.json, bytes: answer.body }, atMs);
      if (drafts === undefined) return;
      const unknown = await removePolled(current, drafts);
      await assertActive(database, call.connection.id);
      const { duplicates } = await publishEvents(unknown);
      if (duplicates === unknown.length) return counts.add(atMs, 'duplicate');
    } catch (error) {
      if (!isTooLarge(error)) throw error;
      // A repeat that did not arrive either would not arrive the next time: it was counted as missed before.
      if (each.isRepeat) return;
      await assertActive(database, call.connection.id);
      // Ingest can store what is too large to be read here, or for a message.
      await callOrRefuse(api, { ...call, request: log.redeliver, values });
    }
    counts.add(atMs, 'recovered');
    counts.add(atMs, 'missed');
    counts.addReason(atMs, reasonOf(each));
  }

  /** A poll publishes an event under another key, so that natural keys tell whether it found one. */
  async function removePolled(
    { connectable, polled }: Run,
    drafts: readonly EventDraft[],
  ): Promise<EventDraft[]> {
    const copies = await polled();
    return drafts.filter(({ type, payload, timeMs }) => {
      const natural = connectable.pushedKey?.({ type, payload: parseBody(payload) });
      return !hasCopy(copies, natural, timeMs);
    });
  }

  /** All that the log may have, because a delivery that failed can be sent again days later. */
  async function readPolled(
    connection: ConnectionFacts,
    connectable: Connectable,
    { polls, deliveries }: WatchSpecification,
    resource: string,
    nowMs: number,
  ): Promise<StoredCopies> {
    const copies: StoredCopies = new Map();
    const { id: sender, tenant, accountId, accountName, settings } = connection;
    const about = { accountId, accountName, resource, values: settings.values ?? {} };
    const compared = (connectable.polling ?? []).filter(({ id }) => polls.includes(id));
    const range = { tenant, sender, sinceMs: nowMs - (deliveries?.keptSeconds ?? 0) * 1_000 };
    for (const { naturalKey } of compared)
      if (naturalKey !== undefined)
        await readStoredCopies(delivery, range, ({ payload }) => naturalKey(payload, about), copies);
    return copies;
  }

  function toDrafts({ row, log }: Run, delivery: ReadValue, atMs: number): EventDraft[] | undefined {
    return readDelivery(row.platform, delivery, log)?.map(({ event, key }, index) => ({
      tenant: row.tenantId,
      provider: row.platform,
      type: event.type,
      source: event.source,
      subject: event.subject,
      action: event.action,
      repository: event.repository,
      timeMs: event.timeMs ?? atMs,
      dedupeKey: sourceDedupeKey(row.sourceId, key ?? `${atMs}:${index}`),
      providerDeliveryId: event.deliveryId,
      via: 'poll',
      payload: event.payload,
    }));
  }

  async function record({ row, call, counts }: Run): Promise<void> {
    const { received, missed } = counts.total;
    if (received + missed === 0) return;
    await journal.record(database, {
      connectionId: call.connection.id,
      tenant: row.tenantId,
      kind: 'hook',
      outcome: missed > 0 ? 'recovered' : 'nothing_missed',
      text: `${row.watch} of ${row.resourceName ?? row.resource}: ${describeCounts(counts.total)}`,
      detail: { watch: row.watch, resource: row.resource, ...counts.total },
    });
  }

  return { kind: 'reconcile', run };
}

function once<T>(read: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= read());
}

const isTooLarge = (error: unknown) =>
  error instanceof AnswerTooLongError || (error instanceof BusError && error.code === 'too_large');

function describeCounts({ received, missed, recovered }: Run['counts']['total']): string {
  if (missed === 0) return `${countNouns(received, 'event')} arrived, and none was missed`;
  return `${countNouns(received, 'event')} arrived, and ${missed} did not: ${recovered} of these came from the provider's log`;
}
