import type { JsMsg, Settlement } from '@hookline/bus';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { Settled } from '../delivery/outcome.ts';
import { attemptColumns } from '../outcomes/attempt-columns.ts';
import { type DeliveryRow, type EventRow, insertEvents } from './insert-events.ts';
import { insertSharedRequests, type SharedRequest } from './insert-shared-requests.ts';
import type { Incoming } from './read-message.ts';
import { type SkippedMessage, toSkipped } from './record-skipped.ts';
import {
  bisectRejected,
  noteSkipped,
  type RetryOptions,
  refuse,
  writeIntoPartitions,
} from './retry-while-unavailable.ts';

/** A delivery of an event that is to be stored; `due` where it has been sent on its way. */
export interface NewDelivery {
  row: Omit<DeliveryRow, keyof ReturnType<typeof attemptColumns>>;
  due: DueDelivery | undefined;
}

/** An event that is to be stored, with its deliveries. */
export interface NewEvent {
  incoming: Incoming;
  row: EventRow;
  deliveries: readonly NewDelivery[];
}

/** What became of messages. */
export interface FanOutCounts {
  events: number;
  deliveries: number;
  duplicates: number;
  malformed: number;
}

export interface EventWriterOptions extends RetryOptions {
  streamEpoch: string;
  leaseSeconds: number;
  /** Where outcomes of stored deliveries go. */
  record: (settled: readonly Settled[]) => Promise<void>;
  /** Called after the commit. */
  onStored: (counts: FanOutCounts) => void;
  /** Called after the commit of deliveries that wait for their turn. */
  onOrdered: () => void;
}

export interface EventWriter {
  /**
   * Stores an event as soon as all its deliveries that are on their way have an outcome, or have gone without one for
   * a while, and then tells its message's fate.
   */
  add(event: NewEvent, settlement: Settlement): StoredSoon;
}

export interface StoredSoon {
  /** One of its deliveries has an outcome. */
  noteSettled(): void;
  /** Resolves when its message was told of. */
  readonly over: Promise<void>;
}

/** A receiver that has not answered by then is not waited for: its delivery is stored as on its way. */
const MAX_WAIT_FOR_OUTCOME_MS = 150;
/** Events gather this long, or until there are ENOUGH: nobody waits for them, and ten in one statement cost half. */
const GATHER_MS = 10;
const ENOUGH = 200;
const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const MAX_STATEMENTS_AT_ONCE = 2;

interface Waiting extends StoredSoon {
  event: NewEvent;
  settlement: Settlement;
  /** Deliveries without an outcome. */
  unsettled: number;
  isReady: boolean;
  lateAtMs: number;
  end: () => void;
}

/**
 * Brings events that are being sent to Postgres. Most receivers answer within milliseconds: what succeeds at once is
 * written once, together with its event, in place of being inserted as on its way and updated right after.
 *
 * What it holds is bounded by whoever adds to it: the messages are not acknowledged until they are stored.
 */
export function createEventWriter(options: EventWriterOptions): EventWriter {
  /** In the order in which they become late. */
  const waiting = new Set<Waiting>();
  let ready: Waiting[] = [];
  let running = 0;
  let lateTimer: NodeJS.Timeout | undefined;
  let gatherTimer: NodeJS.Timeout | undefined;

  function makeReady(each: Waiting): void {
    if (each.isReady) return;
    each.isReady = true;
    waiting.delete(each);
    ready.push(each);
    schedule();
  }

  function watchLate(): void {
    if (lateTimer) return;
    const [first] = waiting;
    if (!first) return;
    lateTimer = setTimeout(
      () => {
        lateTimer = undefined;
        const nowMs = performance.now();
        for (const each of waiting) {
          if (each.lateAtMs > nowMs) break;
          makeReady(each);
        }
        watchLate();
      },
      Math.max(1, Math.ceil(first.lateAtMs - performance.now())),
    );
  }

  function schedule(): void {
    if (running >= MAX_STATEMENTS_AT_ONCE || ready.length === 0) return;
    if (ready.length >= ENOUGH) flush();
    else gatherTimer ??= setTimeout(flush, GATHER_MS);
  }

  function flush(): void {
    clearTimeout(gatherTimer);
    gatherTimer = undefined;
    while (ready.length > 0 && running < MAX_STATEMENTS_AT_ONCE) void write(takeBatch());
  }

  function takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { event } of ready) {
      const { payload, request } = event.incoming.event;
      bytes += payload.length + (request?.length ?? 0);
      if (count === MAX_BATCH || (count > 0 && bytes > MAX_BATCH_BYTES)) break;
      count++;
    }
    const batch = ready.slice(0, count);
    ready = ready.slice(count);
    return batch;
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    running++;
    try {
      await store(batch);
    } catch (error) {
      for (const { event } of batch) giveUp(event);
      settleBatch(batch, (settlement, messages) => settlement.nack(messages, error));
    }
    for (const { end } of batch) end();
    running--;
    schedule();
  }

  async function store(batch: readonly Waiting[]): Promise<void> {
    const skipped: SkippedMessage[] = [];
    const refused = new Set<NewEvent>();
    const stored = new Set<string>();
    const late: Settled[] = [];
    const sealed = batch.map(({ event }) => seal(event));
    /** Because of what came back, maybe: they are stored as on their way, and their outcomes after them. */
    const plain: SealedEvent[] = [];
    const insertAll = async (part: readonly SealedEvent[]) => {
      for (const id of await insert(part)) stored.add(id);
    };
    const refuseFor = ({ event }: SealedEvent, error: unknown) => {
      refused.add(event);
      skipped.push(refuse(options, event.incoming, error));
    };
    await bisectRejected(sealed, insertAll, (each, error) => {
      if (each.settled.length === 0) {
        refuseFor(each, error);
        return;
      }
      options.logger.error(
        { err: error, eventId: each.event.row.id },
        'an event was not stored together with its outcomes; it is stored without them',
      );
      plain.push({ ...each, deliveries: each.event.deliveries.map(({ row }) => withoutAttempt(row)) });
      late.push(...each.settled);
    });
    await bisectRejected(plain, insertAll, refuseFor);
    let deliveries = 0;
    let isAnyOrdered = false;
    for (const { event } of sealed) {
      if (!stored.has(event.row.id)) {
        giveUp(event);
        if (!refused.has(event)) skipped.push(toSkipped(event.incoming, 'duplicate'));
        continue;
      }
      deliveries += event.deliveries.length;
      for (const { row, due } of event.deliveries) {
        if (row.ordering_key !== undefined) isAnyOrdered = true;
        const settled = due?.unstored?.stored();
        if (settled) late.push(settled);
      }
    }
    // Of an event that is not there nothing is recorded: it is fenced off.
    for (const each of late) void options.record([each]);
    await noteSkipped(options, skipped);
    settleBatch(batch, (settlement, messages) => settlement.ack(messages));
    if (isAnyOrdered) options.onOrdered();
    options.onStored({
      events: stored.size,
      deliveries,
      duplicates: skipped.length - refused.size,
      malformed: refused.size,
    });
  }

  function insert(part: readonly SealedEvent[]): Promise<Set<string>> {
    return writeIntoPartitions(
      options,
      part.map(({ event }) => event.incoming.createdAtMs),
      async () => {
        const shared = sharedRequestsOf(part.map(({ event }) => event));
        if (shared.length > 0) await insertSharedRequests(options.database, shared);
        return await insertEvents(options.database, {
          events: part.map(({ event }) => event.row),
          payloads: part.map(({ event }) => event.incoming.event.payload),
          requests: part.map(({ event: { incoming } }) =>
            isShared(incoming) ? undefined : incoming.event.request,
          ),
          deliveries: part.flatMap(({ deliveries }) => deliveries),
          streamEpoch: options.streamEpoch,
          leaseSeconds: options.leaseSeconds,
        });
      },
    );
  }

  return {
    add(event, settlement) {
      let end = () => {};
      const over = new Promise<void>((resolve) => {
        end = resolve;
      });
      const each: Waiting = {
        event,
        settlement,
        unsettled: event.deliveries.filter(({ due }) => due !== undefined).length,
        isReady: false,
        lateAtMs: performance.now() + MAX_WAIT_FOR_OUTCOME_MS,
        over,
        end,
        noteSettled() {
          if (--each.unsettled === 0) makeReady(each);
        },
      };
      if (each.unsettled === 0) makeReady(each);
      else {
        waiting.add(each);
        watchLate();
      }
      return each;
    },
  };
}

const isShared = ({ event }: Incoming) => event.attributes.requestref !== undefined;

/** Each once, however many of its events are there. */
function sharedRequestsOf(events: readonly NewEvent[]): SharedRequest[] {
  const byId = new Map<string, SharedRequest>();
  for (const { incoming, row } of events) {
    const content = incoming.event.request;
    const id = incoming.event.attributes.requestid;
    if (content === undefined || id === undefined || !isShared(incoming)) continue;
    byId.set(id, { id, content, tenant_id: row.tenant_id, created_at: row.created_at });
  }
  return [...byId.values()];
}

/** An event with what is known of its deliveries by now. */
interface SealedEvent {
  event: NewEvent;
  deliveries: DeliveryRow[];
  /** Successes that are in the rows. */
  settled: Settled[];
}

function seal(event: NewEvent): SealedEvent {
  const settled: Settled[] = [];
  const deliveries = event.deliveries.map(({ row, due }): DeliveryRow => {
    const outcome = due?.unstored?.takeSuccess();
    if (due && outcome) settled.push({ delivery: due, outcome });
    return { ...row, ...attemptColumns(outcome?.attempt) };
  });
  return { event, deliveries, settled };
}

const withoutAttempt = (row: NewDelivery['row']): DeliveryRow => ({ ...row, ...attemptColumns(undefined) });

function giveUp(event: NewEvent): void {
  for (const { due } of event.deliveries) due?.unstored?.giveUp();
}

/** Calls `settle` once for each settlement, with the messages that belong to it. */
function settleBatch(
  batch: readonly Waiting[],
  settle: (settlement: Settlement, messages: JsMsg[]) => void,
): void {
  for (const [settlement, given] of Map.groupBy(batch, (each) => each.settlement)) {
    settle(
      settlement,
      given.map(({ event }) => event.incoming.message),
    );
  }
}
