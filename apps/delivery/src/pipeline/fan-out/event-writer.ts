import type { JsMsg, Settlement } from '@hookline/bus';
import { createBatchedWriter, isDataRefusal } from '@hookline/db';
import type { DueDelivery } from '../delivery/due-delivery.ts';
import type { Outcome } from '../delivery/outcome.ts';
import type { Settled } from '../delivery/settled.ts';
import { attemptColumns } from '../outcomes/attempt-columns.ts';
import { type DeliveryRow, type EventRow, insertEvents } from './insert-events.ts';
import { insertSharedRequests, type SharedRequest } from './insert-shared-requests.ts';
import type { Incoming } from './read-message.ts';
import { type SkippedMessage, toSkipped } from './record-skipped.ts';
import {
  noteSkipped,
  type RetryOptions,
  refuse,
  retryCallbacks,
  writeIntoPartitions,
} from './retry-while-unavailable.ts';

/** A delivery of an event that is to be stored. `due` is set if the delivery is being sent. */
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

/** The results of messages. */
export interface FanOutCounts {
  events: number;
  deliveries: number;
  duplicates: number;
  malformed: number;
}

export interface EventWriterOptions extends RetryOptions {
  streamEpoch: string;
  leaseSeconds: number;
  /** Records outcomes of stored deliveries. */
  record: (settled: readonly Settled[]) => Promise<void>;
  /** Called after the commit. */
  onStored: (counts: FanOutCounts) => void;
  /** Called after the commit of deliveries with an ordering key. */
  onOrdered: () => void;
}

export interface EventWriter {
  /**
   * Stores an event once each of its deliveries that are being sent has an outcome, or at the latest after
   * MAX_WAIT_FOR_OUTCOME_MS. Then settles its message.
   */
  add(event: NewEvent, settlement: Settlement): StoredSoon;
}

export interface StoredSoon {
  /** One of its deliveries has an outcome. */
  noteSettled(): void;
  /** Resolves when its message is settled. */
  readonly over: Promise<void>;
}

/** If a receiver has not answered by then, its delivery is stored as being sent. */
const MAX_WAIT_FOR_OUTCOME_MS = 150;
/** Nobody waits for an event to be stored, and an event in a statement with ten others costs half. */
const GATHER_MS = 10;
const ENOUGH = 200;
const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;
const MAX_STATEMENTS_AT_ONCE = 2;

interface UnstoredEvent extends StoredSoon {
  event: NewEvent;
  settlement: Settlement;
  /** How many of its deliveries have no outcome yet. */
  unsettled: number;
  isReady: boolean;
  /** When MAX_WAIT_FOR_OUTCOME_MS is over. */
  lateAtMs: number;
  /** For each delivery the outcome that is stored together with it. Set when the event is written. */
  outcomes: readonly (Outcome | undefined)[] | undefined;
  /** Outcomes that are recorded after the event is stored. */
  lateOutcomes: Settled[];
  isStored: boolean;
  /** The note of an event whose data Postgres refuses. */
  refusal: SkippedMessage | undefined;
  isOver: boolean;
  /** Resolves `over`. */
  end: () => void;
}

/**
 * Stores events that are being sent. Most receivers answer within milliseconds: a delivery that succeeds by then is
 * inserted once, with its attempt and together with its event, rather than inserted as being sent and updated right
 * after.
 *
 * The number of events in memory is bounded by their source: a message is acknowledged only when its event is stored.
 */
export function createEventWriter(options: EventWriterOptions): EventWriter {
  const { logger } = options;
  /** Events that wait for outcomes, in the order of `lateAtMs`. */
  const waiting = new Set<UnstoredEvent>();
  let lateTimer: NodeJS.Timeout | undefined;

  const writer = createBatchedWriter<UnstoredEvent, Set<string>>({
    gatherMs: GATHER_MS,
    enough: ENOUGH,
    maxItems: MAX_BATCH,
    maxBytes: MAX_BATCH_BYTES,
    bytesOf: ({ event: { incoming } }) =>
      incoming.event.payload.length + (incoming.event.request?.length ?? 0),
    maxConcurrent: MAX_STATEMENTS_AT_ONCE,
    ...retryCallbacks(options),
    write: insert,
    onWritten(events, storedIds) {
      for (const each of events) each.isStored = storedIds.has(each.event.row.id);
    },
    onRejected: storeWithoutOutcomesOrRefuse,
    onFailed: giveBack,
    onBatchEnd: settle,
  });

  function makeReady(each: UnstoredEvent): void {
    if (each.isReady) return;
    each.isReady = true;
    waiting.delete(each);
    writer.add([each]);
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

  /** @returns the ids of the events that were stored; the other events had been stored before */
  function insert(part: readonly UnstoredEvent[]): Promise<Set<string>> {
    for (const each of part) each.outcomes ??= takeSuccesses(each.event);
    const deliveries = part.flatMap(({ event, outcomes }) =>
      event.deliveries.map(
        ({ row }, index): DeliveryRow => ({ ...row, ...attemptColumns(outcomes?.[index]?.attempt) }),
      ),
    );
    return writeIntoPartitions(
      options,
      part.map(({ event }) => event.incoming.createdAtMs),
      async () => {
        const shared = sharedRequestsOf(part);
        if (shared.length > 0) await insertSharedRequests(options.database, shared);
        return await insertEvents(options.database, {
          events: part.map(({ event }) => event.row),
          payloads: part.map(({ event }) => event.incoming.event.payload),
          requests: part.map(({ event: { incoming } }) =>
            isShared(incoming) ? undefined : incoming.event.request,
          ),
          deliveries,
          streamEpoch: options.streamEpoch,
          leaseSeconds: options.leaseSeconds,
        });
      },
    );
  }

  /** The cause may be a receiver's answer: then the event can be stored, and the outcomes are recorded after it. */
  function storeWithoutOutcomesOrRefuse(each: UnstoredEvent, error: unknown): UnstoredEvent | undefined {
    const outcomes = settledOf(each);
    if (outcomes.length > 0) {
      logger.error(
        { err: error, eventId: each.event.row.id },
        'an event was not stored together with its outcomes; it is stored without them',
      );
      each.lateOutcomes = outcomes;
      each.outcomes = [];
      return each;
    }
    if (isDataRefusal(error)) each.refusal = refuse(options, each.event.incoming, error);
    else giveBack([each], error);
    return undefined;
  }

  /** JetStream delivers the messages again. */
  function giveBack(events: readonly UnstoredEvent[], error: unknown): void {
    const open = events.filter(({ isOver }) => !isOver);
    for (const { event } of open) giveUp(event);
    settleBatch(open, (settlement, messages) => settlement.nack(messages, error));
    end(open);
  }

  async function settle(batch: readonly UnstoredEvent[]): Promise<void> {
    const events = batch.filter(({ isOver }) => !isOver);
    const late: Settled[] = [];
    const skipped: SkippedMessage[] = [];
    const counts: FanOutCounts = { events: 0, deliveries: 0, duplicates: 0, malformed: 0 };
    let isAnyOrdered = false;
    for (const { event, isStored, refusal, lateOutcomes } of events) {
      // The outcomes of an event that is not stored are fenced off.
      late.push(...lateOutcomes);
      if (!isStored) {
        giveUp(event);
        if (refusal) counts.malformed++;
        else counts.duplicates++;
        skipped.push(refusal ?? toSkipped(event.incoming, 'duplicate'));
        continue;
      }
      counts.events++;
      counts.deliveries += event.deliveries.length;
      for (const { row, due } of event.deliveries) {
        if (row.ordering_key !== undefined) isAnyOrdered = true;
        const outcome = due?.unstored?.stored();
        if (due && outcome) late.push({ delivery: due, outcome });
      }
    }
    for (const each of late) void options.record([each]);
    await noteSkipped(options, skipped);
    settleBatch(events, (settlement, messages) => settlement.ack(messages));
    end(events);
    if (isAnyOrdered) options.onOrdered();
    if (events.length > 0) options.onStored(counts);
  }

  return {
    add(event, settlement) {
      const { promise: over, resolve: end } = Promise.withResolvers<void>();
      const each: UnstoredEvent = {
        event,
        settlement,
        unsettled: event.deliveries.filter(({ due }) => due !== undefined).length,
        isReady: false,
        lateAtMs: performance.now() + MAX_WAIT_FOR_OUTCOME_MS,
        outcomes: undefined,
        lateOutcomes: [],
        isStored: false,
        refusal: undefined,
        isOver: false,
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

/** Each request once, however many of its events there are. */
function sharedRequestsOf(events: readonly UnstoredEvent[]): SharedRequest[] {
  const byId = new Map<string, SharedRequest>();
  for (const {
    event: { incoming, row },
  } of events) {
    const content = incoming.event.request;
    const id = incoming.event.attributes.requestid;
    if (content === undefined || id === undefined || !isShared(incoming)) continue;
    byId.set(id, { id, content, tenant_id: row.tenant_id, created_at: row.created_at });
  }
  return [...byId.values()];
}

/** Takes, for each delivery, the outcome that can be stored together with it. */
const takeSuccesses = (event: NewEvent): (Outcome | undefined)[] =>
  event.deliveries.map(({ due }) => due?.unstored?.takeSuccess());

/** The outcomes that were to be stored together with their deliveries. */
function settledOf({ event, outcomes = [] }: UnstoredEvent): Settled[] {
  const settled: Settled[] = [];
  for (const [index, { due }] of event.deliveries.entries()) {
    const outcome = outcomes[index];
    if (due && outcome) settled.push({ delivery: due, outcome });
  }
  return settled;
}

function giveUp(event: NewEvent): void {
  for (const { due } of event.deliveries) due?.unstored?.giveUp();
}

function end(events: readonly UnstoredEvent[]): void {
  for (const each of events) {
    each.isOver = true;
    each.end();
  }
}

/** Calls `settle` once for each settlement, with the messages that belong to it. */
function settleBatch(
  events: readonly UnstoredEvent[],
  settle: (settlement: Settlement, messages: JsMsg[]) => void,
): void {
  for (const [settlement, given] of Map.groupBy(events, (each) => each.settlement)) {
    settle(
      settlement,
      given.map(({ event }) => event.incoming.message),
    );
  }
}
