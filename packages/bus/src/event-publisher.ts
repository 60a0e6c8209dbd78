import { randomBytes } from 'node:crypto';
import {
  type EventAttributes,
  eventSubject,
  findEventProblem,
  type HooklineEvent,
  pushSubject,
} from '@hookline/contracts';
import type { Msg, MsgHdrs } from '@nats-io/nats-core';
import type { Bus } from './connect-bus.ts';
import { BusError } from './errors.ts';
import { encodeEventHeaders, joinBody } from './event-codec.ts';

export interface StoredEvent {
  /** The sequence in the EVENTS stream; for a duplicate, the sequence of the first event. */
  sequence: number;
  /**
   * JetStream had stored the id before and stored nothing now. Also true if the publisher itself repeated the event
   * after a lost answer.
   */
  duplicate: boolean;
}

export interface PublisherOptions {
  /**
   * How long the publisher tries to store an event, over reconnects and elections, before it rejects with `not_stored`,
   * to a tenth of a second. It does not wait for an answer that is late. Default 8 s.
   */
  deadlineMs?: number;
  /** The most events queued and in flight; beyond it `publisher_full`. Default 20,000 events, 256 MiB. */
  maxPendingEvents?: number;
  maxPendingBytes?: number;
  /**
   * The most batches in flight. Default 1: the server handles one at a time, and queued events make the next batch
   * larger.
   */
  maxBatchesInFlight?: number;
  /** Default 500, at most 1,000 (a limit of the server). */
  maxBatchEvents?: number;
  /**
   * Fewer events are published one by one: the server syncs six times for a batch of any size, and once for an event.
   * Default 8.
   */
  minBatchEvents?: number;
  /**
   * Whether to publish events in atomic batches. Default true. Batches help if the server syncs every message: measured
   * with 64 events of 2 KB in flight, 2,900 a second in batches and 800 to 1,400 one by one. If the server does not
   * sync, its work for a batch is the bottleneck: 1,900 a second in batches, 8,000 to 10,000 one by one.
   */
  atomicBatches?: boolean;
}

export interface EventPublisher {
  /**
   * Resolves once JetStream has stored the event.
   * @throws BusError `not_stored`: no acknowledgement came before the deadline, or the publisher was closed. The event
   * may be stored nevertheless, at most once; `publisher_full`; `too_large`; `malformed_event`: no consumer could read
   * it
   */
  publish(event: HooklineEvent, options?: { deadlineMs?: number }): Promise<StoredEvent>;
  readonly pendingEvents: number;
  /** When JetStream last acknowledged an event, by performance.now(). */
  readonly storedAtMs: number;
  /** The last event that was rejected because JetStream had not acknowledged it; `atMs` by performance.now(). */
  readonly givenUp: { readonly atMs: number; readonly bytes: number } | undefined;
  /** Resolves when no event is pending. */
  drain(): Promise<void>;
  close(): void;
}

interface Pending {
  subject: string;
  id: string;
  headerLines: string;
  payload: Uint8Array;
  bytes: number;
  deadline: number;
  deadlineMs: number;
  /**
   * The event was sent before: its answer was lost, or its batch was refused. It is sent alone, so that a repeat is
   * recognised.
   */
  alone: boolean;
  settled: boolean;
  resolve: (stored: StoredEvent) => void;
  reject: (error: Error) => void;
}

interface Flight {
  items: Pending[];
  /** When its answer counts as lost. */
  lateAt: number;
}

interface Answer {
  /** The sequence of the last event, in the answer to a batch. */
  seq?: number;
  duplicate?: boolean;
  /** The number of events in the batch. */
  count?: number;
  error?: { err_code?: number; description?: string };
}

/** An answer that takes longer counts as lost, and the event is sent again under the same id. */
const ANSWER_TIMEOUT_MS = 2_500;
/** How often deadlines are checked. A timer for each event would cost more than many of its other steps. */
const SWEEP_MS = 100;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/**
 * The bytes of a message's headers besides the event's lines and its id: status line, names, the headers of a batch.
 */
const OTHER_HEADER_BYTES = 200;
/** Replication has 16 bits for the length of headers. A message that cannot be replicated is always refused. */
const MAX_HEADER_BYTES = 65_535;
/** Refusals after which a retry cannot succeed: the stream's own max_msg_size, headers too long. */
const TOO_LARGE_CODES: readonly unknown[] = [10054, 10097];

/**
 * Publishes events with as few acknowledgements as the load allows. While a batch is in flight the next batch gathers.
 * A batch is stored whole or not at all (JetStream's atomic batches). So at full load one fsync and one answer serve
 * hundreds of events, and a lone event is published at once.
 *
 * An event is *queued*, then *in flight* (alone or in a batch), then settled. It goes back to the queue when the
 * connection breaks, the answer is late, or its batch is refused, always under the same id, until its deadline.
 * A batch with one duplicate is refused whole (10201): its events are then published one by one.
 *
 * A batch is for one stream: events and pushes (`pushfor`) need a publisher each.
 */
export function createEventPublisher(bus: Bus, options: PublisherOptions = {}): EventPublisher {
  const deadlineMs = options.deadlineMs ?? 8_000;
  const maxPendingEvents = options.maxPendingEvents ?? 20_000;
  const maxPendingBytes = options.maxPendingBytes ?? 256 * 1024 * 1024;
  const maxBatchesInFlight = options.maxBatchesInFlight ?? 1;
  const maxBatchEvents = Math.min(options.maxBatchEvents ?? 500, 1_000);
  const minBatchEvents = options.minBatchEvents ?? 8;
  const usesBatches = bus.supportsAtomicBatches && (options.atomicBatches ?? true);

  const inbox = `_INBOX.hookline.${randomBytes(12).toString('hex')}`;
  const flights = new Map<string, Flight>();
  let queue: Pending[] = [];
  let singlesInFlight = 0;
  let batchesInFlight = 0;
  let pendingEvents = 0;
  let pendingBytes = 0;
  let nextToken = 0;
  let scheduled = false;
  let closed = false;
  let storedAtMs = Number.NEGATIVE_INFINITY;
  let givenUp: EventPublisher['givenUp'];
  const idle = new Set<() => void>();

  const subscription = bus.connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (!error) onAnswer(message);
    },
  });
  const stopListening = bus.onConnectionChange((connected) => {
    // Events in flight will get no answer: send them again.
    if (!connected) for (const token of [...flights.keys()]) takeBack(token);
    else schedule();
  });
  const sweeper = setInterval(sweep, SWEEP_MS);

  function settle(item: Pending): void {
    item.settled = true;
    pendingEvents--;
    pendingBytes -= item.bytes;
    if (pendingEvents === 0) {
      for (const done of idle) done();
      idle.clear();
    }
  }

  function land(token: string): Flight | undefined {
    const flight = flights.get(token);
    if (!flight) return undefined;
    flights.delete(token);
    if (flight.items.length > 1) batchesInFlight--;
    else singlesInFlight--;
    return flight;
  }

  function takeBack(token: string): void {
    const flight = land(token);
    if (!flight) return;
    const open = flight.items.filter((item) => !item.settled);
    for (const item of open) item.alone = true;
    queue = open.concat(queue);
    schedule();
  }

  function fail(item: Pending, error: BusError): void {
    settle(item);
    item.reject(error);
  }

  function sweep(): void {
    const now = performance.now();
    for (const [token, { lateAt }] of flights) if (lateAt <= now) takeBack(token);
    const isLate = (item: Pending) => !item.settled && item.deadline <= now;
    const late = queue.filter(isLate);
    if (late.length > 0) queue = queue.filter((item) => !isLate(item));
    // Events in flight keep their capacity until their answer has come or counts as lost.
    for (const flight of flights.values()) late.push(...flight.items.filter(isLate));
    for (const item of late) {
      givenUp = { atMs: now, bytes: item.bytes };
      fail(
        item,
        new BusError('not_stored', `JetStream did not acknowledge the event in ${item.deadlineMs} ms`),
      );
    }
  }

  function onAnswer(message: Msg): void {
    const token = message.subject.slice(inbox.length + 1);
    if (message.data.length === 0) {
      // 503: the stream has no server (it is starting or electing a leader). Empty without 503: the batch was opened.
      if (message.headers?.code === 503) retryLater(token);
      return;
    }
    const flight = flights.get(token);
    if (!flight) return;
    const { data } = message;
    // The client's own json() uses a TextDecoder, which for a text this short takes longer than the parsing.
    const answer = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString()) as Answer;
    if (flight.items.length === 1) onSingleAnswer(token, answer);
    // 10201: an id of the batch is stored already. 10174 and similar codes: the stream allows no batches. No count: a
    // server before 2.12, which stores each message by itself and has answered the first. The answers to single events
    // tell more.
    else if (answer.error || answer.count !== flight.items.length) takeBack(token);
    else resolveFlight(token, answer);
  }

  function onSingleAnswer(token: string, answer: Answer): void {
    if (!answer.error) {
      resolveFlight(token, answer);
    } else if (TOO_LARGE_CODES.includes(answer.error.err_code)) {
      const [item] = land(token)?.items ?? [];
      if (item && !item.settled) {
        fail(item, new BusError('too_large', `JetStream: ${answer.error.description}`));
      }
      schedule();
    } else {
      retryLater(token);
    }
  }

  function resolveFlight(token: string, answer: Answer): void {
    const items = land(token)?.items ?? [];
    storedAtMs = performance.now();
    const first = (answer.seq ?? 0) - items.length + 1;
    for (const [index, item] of items.entries()) {
      if (item.settled) continue;
      settle(item);
      item.resolve({ sequence: first + index, duplicate: answer.duplicate === true });
    }
    schedule();
  }

  /** A refusal after which a retry can succeed: a full stream, an election, a server that is starting. */
  function retryLater(token: string): void {
    const flight = flights.get(token);
    if (flight) flight.lateAt = performance.now() + SWEEP_MS;
  }

  function schedule(): void {
    if (scheduled || closed) return;
    scheduled = true;
    // Not at once, so that all requests of this turn of the event loop are sent together.
    setImmediate(() => {
      scheduled = false;
      flush();
    });
  }

  function flush(): void {
    while (queue.length > 0 && bus.connected && !bus.connection.isClosed()) {
      const head = queue[0] as Pending;
      if (head.alone || !usesBatches) {
        if (singlesInFlight >= maxBatchEvents) return;
        queue.shift();
        send([head]);
        continue;
      }
      if (batchesInFlight + Math.ceil(singlesInFlight / maxBatchEvents) >= maxBatchesInFlight) return;
      const items = takeBatch();
      if (items.length >= minBatchEvents) send(items);
      else for (const item of items) send([item]);
    }
  }

  function takeBatch(): Pending[] {
    const items: Pending[] = [];
    const ids = new Set<string>();
    let bytes = 0;
    let index = 0;
    for (; index < queue.length && items.length < maxBatchEvents; index++) {
      const item = queue[index] as Pending;
      // The server refuses a batch that holds an id twice: the second event waits for the first.
      if (item.alone || ids.has(item.id)) break;
      bytes += item.bytes;
      if (items.length > 0 && bytes > MAX_BATCH_BYTES) break;
      ids.add(item.id);
      items.push(item);
    }
    queue.splice(0, index);
    return items;
  }

  function send(items: Pending[]): void {
    const token = (nextToken++).toString(36);
    flights.set(token, { items, lateAt: performance.now() + ANSWER_TIMEOUT_MS });
    const reply = `${inbox}.${token}`;
    if (items.length === 1) {
      singlesInFlight++;
      write(items[0] as Pending, reply, '');
      return;
    }
    batchesInFlight++;
    const batchId = `${inbox.slice(-12)}${token}`;
    for (const [index, item] of items.entries()) {
      const last = index === items.length - 1;
      const lines = `Nats-Batch-Id: ${batchId}\r\nNats-Batch-Sequence: ${index + 1}\r\n${last ? 'Nats-Batch-Commit: 1\r\n' : ''}`;
      // The first message gets an answer as well: an error if the server does not open a batch.
      write(item, index === 0 || last ? reply : undefined, lines);
    }
  }

  function write(item: Pending, reply: string | undefined, batchLines: string): void {
    const block = `NATS/1.0\r\nNats-Msg-Id: ${item.id}\r\n${item.headerLines}${batchLines}\r\n`;
    // The client only asks a header object for its bytes, and ours are encoded already.
    const headers = { encode: () => Buffer.from(block, 'latin1') } as unknown as MsgHdrs;
    bus.connection.publish(
      item.subject,
      item.payload,
      reply === undefined ? { headers } : { headers, reply },
    );
  }

  return {
    publish(event, { deadlineMs: ownDeadlineMs = deadlineMs } = {}) {
      return new Promise<StoredEvent>((resolve, reject) => {
        const { attributes } = event;
        const payload = joinBody(event);
        const headerLines = encodeEventHeaders(attributes);
        const problem =
          event.payload.length === 0 && attributes.payloadref === undefined
            ? 'there is no payload'
            : findEventProblem(attributes);
        if (problem !== undefined) throw new BusError('malformed_event', `not an event: ${problem}`);
        const id = messageId(attributes);
        const headerBytes = headerLines.length + id.length + OTHER_HEADER_BYTES;
        if (headerBytes > MAX_HEADER_BYTES) {
          throw new BusError('too_large', `an event with ${headerBytes} bytes of attributes`);
        }
        const bytes = payload.length + headerBytes;
        const limit = bus.connection.info?.max_payload ?? 1_048_576;
        if (bytes > limit) {
          throw new BusError(
            'too_large',
            `an event of ${bytes} bytes is over the broker's limit of ${limit}`,
          );
        }
        if (closed) throw new BusError('not_stored', 'the publisher was closed');
        if (pendingEvents >= maxPendingEvents || pendingBytes + bytes > maxPendingBytes) {
          throw new BusError('publisher_full', `${pendingEvents} events are waiting for JetStream already`);
        }
        pendingEvents++;
        pendingBytes += bytes;
        queue.push({
          subject: subjectOf(attributes),
          id,
          headerLines,
          payload,
          bytes,
          deadline: performance.now() + ownDeadlineMs,
          deadlineMs: ownDeadlineMs,
          alone: false,
          settled: false,
          resolve,
          reject,
        });
        schedule();
      });
    },
    get pendingEvents() {
      return pendingEvents;
    },
    get storedAtMs() {
      return storedAtMs;
    },
    get givenUp() {
      return givenUp;
    },
    async drain() {
      if (pendingEvents > 0) await new Promise<void>((resolve) => idle.add(resolve));
    },
    close() {
      closed = true;
      clearInterval(sweeper);
      stopListening();
      subscription.unsubscribe();
      for (const token of [...flights.keys()]) takeBack(token);
      for (const item of queue.splice(0)) fail(item, new BusError('not_stored', 'the publisher was closed'));
    },
  };
}

function subjectOf({ tenant, provider, type, pushfor }: EventAttributes): string {
  return pushfor === undefined ? eventSubject(tenant, provider, type) : pushSubject(pushfor, provider);
}

/**
 * The Nats-Msg-Id of an event, in printable ASCII. It contains the tenant, because two tenants may use the same key. If
 * the key has a window, it differs from JetStream's own: then each event gets an id of its own, and delivery recognises
 * repeats.
 */
function messageId({
  id,
  tenant,
  dedupekey,
  dedupewindow,
}: Pick<EventAttributes, 'id' | 'tenant' | 'dedupekey' | 'dedupewindow'>): string {
  const key = dedupewindow === undefined ? dedupekey : id;
  return `${encodePart(tenant)}/${encodePart(key)}`;
}

const encodePart = (part: string) => encodeURIComponent(part.toWellFormed());
