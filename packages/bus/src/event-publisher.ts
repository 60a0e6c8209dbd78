import { randomBytes } from 'node:crypto';
import {
  type EventAttributes,
  eventSubject,
  findEventProblem,
  type HooklineEvent,
} from '@hookline/contracts';
import type { Msg, MsgHdrs } from '@nats-io/nats-core';
import type { Bus } from './connect-bus.ts';
import { BusError } from './errors.ts';
import { encodeEventHeaders, joinBody } from './event-codec.ts';

export interface StoredEvent {
  /** Sequence in the EVENTS stream; of the first one when `duplicate`. */
  sequence: number;
  /** JetStream had the id already and stored nothing. Also true for a repeat of our own after a lost answer. */
  duplicate: boolean;
}

export interface PublisherOptions {
  /**
   * How long an event is tried, over reconnects and elections, before `not_stored`, to a tenth of a second; an answer
   * that is still under way then is not waited for. Default 8 s.
   */
  deadlineMs?: number;
  /** Waiting and in flight together; beyond it `publisher_full`. Default 20,000 events, 256 MiB. */
  maxPendingEvents?: number;
  maxPendingBytes?: number;
  /** Batches on the way at once. Default 1: the server takes one after the other, and what waits makes the next larger. */
  maxBatchesInFlight?: number;
  /** Default 500, at most 1,000 (a limit of the server). */
  maxBatchEvents?: number;
  /** Fewer go each for itself: the server syncs six times for a batch, however large, and once for a lone event. Default 8. */
  minBatchEvents?: number;
  /**
   * Whether events may go in atomic batches. Default true. They pay where the server syncs every message: measured with
   * 64 events of 2 KB in flight, 2,900 a second in batches and 800 to 1,400 one by one. Where it does not sync, the
   * server's work for a batch is the bottleneck: 1,900 a second in batches, 8,000 to 10,000 one by one.
   */
  atomicBatches?: boolean;
}

export interface EventPublisher {
  /**
   * Resolves once JetStream has stored the event.
   * @throws BusError `not_stored`: no acknowledgement came before the deadline, or the publisher was closed. The event
   *   may be stored all the same, once; `publisher_full`; `too_large`; `malformed_event`: nobody could read it
   */
  publish(event: HooklineEvent, options?: { deadlineMs?: number }): Promise<StoredEvent>;
  readonly pendingEvents: number;
  /** When JetStream last acknowledged an event, by performance.now(). */
  readonly storedAtMs: number;
  /** The last event that was given up because JetStream had not acknowledged it; `atMs` by performance.now(). */
  readonly givenUp: { readonly atMs: number; readonly bytes: number } | undefined;
  /** Waits for what is pending. */
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
  /** Sent once already: its answer was lost, or its batch was refused. Goes alone, so that a repeat is recognised. */
  alone: boolean;
  settled: boolean;
  resolve: (stored: StoredEvent) => void;
  reject: (error: Error) => void;
}

interface Flight {
  items: Pending[];
  /** Then its answer is taken for lost. */
  lateAt: number;
}

interface Answer {
  /** Of the last one, when a batch is answered. */
  seq?: number;
  duplicate?: boolean;
  /** How many a batch had. */
  count?: number;
  error?: { err_code?: number; description?: string };
}

/** An answer that takes longer is taken for lost; the event is sent again under the same id. */
const ANSWER_TIMEOUT_MS = 2_500;
/** How often deadlines are looked at: a timer for each event would cost more than many of its other steps. */
const SWEEP_MS = 100;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** What a message's headers hold beside the event's own lines and its id: status line, names, those of a batch. */
const OTHER_HEADER_BYTES = 200;
/** Replication has 16 bits for their length, and a message that cannot be replicated is refused for good. */
const MAX_HEADER_BYTES = 65_535;
/** Refusals that no repeat can cure: the stream's own max_msg_size, headers too long. */
const TOO_LARGE_CODES: readonly unknown[] = [10054, 10097];

/**
 * Publishes events with as few acknowledgements as the load allows: while a batch is on its way the next one
 * gathers, and goes whole or not at all (JetStream's atomic batches), so that one fsync and one answer carry
 * hundreds of events at full load, and a lone event waits for nobody.
 *
 * An event is *queued*, then *in flight* (alone or in a batch), then settled. It goes back to the queue when the
 * connection breaks, the answer is late, or its batch is refused, always under the same id, until its deadline.
 * A batch with one duplicate is refused whole (10201): its events then go one by one.
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
    // Answers to what was in flight will not come: send it again.
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
    // What is in flight stays there: its place is free only when its answer has come, or comes no more.
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
      // 503: nobody answers for the stream (starting, or electing). Empty without it: the batch has been opened.
      if (message.headers?.code === 503) retryLater(token);
      return;
    }
    const flight = flights.get(token);
    if (!flight) return;
    const { data } = message;
    // The client's own json() decodes by a TextDecoder, which takes longer than the parsing for so short a text.
    const answer = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString()) as Answer;
    if (flight.items.length === 1) onSingleAnswer(token, answer);
    // 10201: the batch holds an id that is stored already. 10174 and the like: no batches here. No count: a server
    // before 2.12, which takes each message for itself and has answered the first. Singles tell more.
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

  /** A refusal that a moment may cure: a full stream, an election, a server that is starting. */
  function retryLater(token: string): void {
    const flight = flights.get(token);
    if (flight) flight.lateAt = performance.now() + SWEEP_MS;
  }

  function schedule(): void {
    if (scheduled || closed) return;
    scheduled = true;
    // Not at once: all requests that this turn of the event loop brings in go together.
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
      // The same id twice in one batch would have the server refuse it: the second waits for the first.
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
      // The first is answered too: with an error when the server will not open a batch.
      write(item, index === 0 || last ? reply : undefined, lines);
    }
  }

  function write(item: Pending, reply: string | undefined, batchLines: string): void {
    const block = `NATS/1.0\r\nNats-Msg-Id: ${item.id}\r\n${item.headerLines}${batchLines}\r\n`;
    // The client asks a header object for nothing but its bytes; ours are made already.
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
          subject: eventSubject(attributes.tenant, attributes.provider, attributes.type),
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

/**
 * Nats-Msg-Id: the tenant is part of it, because two tenants may use the same key. JetStream's own window is no event's:
 * where a key has one, each event is a message of its own, and delivery, which knows what was taken, tells the repeats.
 * Printable ASCII.
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
