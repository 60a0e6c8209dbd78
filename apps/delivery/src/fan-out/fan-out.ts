import { BusError, type JsMsg, type PayloadObjects } from '@hookline/bus';
import { timeOfId } from '@hookline/contracts';
import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { EndpointCatalog } from '../catalog/endpoint-catalog.ts';
import type { FilterEvaluator } from '../filters/filter-evaluator.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import { orderingKeyOf } from '../ordering/ordering-key-of.ts';
import { orderingPosition } from '../ordering/ordering-position.ts';
import { filterMatched } from './filter-matched.ts';
import { type DeliveryRow, type EventRow, insertEvents } from './insert-events.ts';
import { type Incoming, readMessage } from './read-message.ts';
import { recordSkipped, type SkippedMessage } from './record-skipped.ts';

export interface FanOutCounts {
  events: number;
  deliveries: number;
  duplicates: number;
  malformed: number;
}

export interface FanOutOptions {
  database: Database;
  catalog: EndpointCatalog;
  lanes: LaneRegistry;
  filters: FilterEvaluator;
  logger: Logger;
  payloads: PayloadObjects;
  streamEpoch: string;
  nextLeaseId: () => string;
  leaseSeconds: number;
  onHandled: (counts: FanOutCounts) => void;
  /** Called after the commit of deliveries that wait for their turn. */
  onOrdered: () => void;
  /** Tells that the batch may no longer be handled: the process is stopping. */
  signal: AbortSignal;
}

/** Postgres has no partition for the day of an event. */
const NO_PARTITION = '23514';
const DAY_MS = 86_400_000;
/** Back from today: further back, an id is a mistake, and hookline_create_partitions does not go. */
const MAX_PARTITION_DAYS = 366;

/**
 * A batch of the stream becomes rows: what cannot be read is noted, repeats are dropped and noted, and each event
 * gets one delivery for every endpoint that matches. When it resolves everything is committed, the caller may
 * acknowledge, and deliveries that got a place in their lane are on their way.
 *
 * Postgres being away is waited out. A batch with something in it that Postgres refuses is halved until the one
 * message that it cannot take is found and noted as malformed, so that it holds up nothing else. Any other error
 * says nothing about the messages: it is the caller's, who hands the batch back to JetStream.
 */
export async function fanOut(options: FanOutOptions, messages: readonly JsMsg[]): Promise<void> {
  const counts: FanOutCounts = { events: 0, deliveries: 0, duplicates: 0, malformed: 0 };
  const skipped: SkippedMessage[] = [];
  let incoming: Incoming[] = [];
  // Those that left their payload in the object store go one by one: together they could be gigabytes.
  const claims: Incoming[] = [];
  for (const message of messages) {
    try {
      const read = readMessage(message);
      (read.event.attributes.payloadref === undefined ? incoming : claims).push(read);
    } catch (error) {
      const details = error instanceof Error ? error.message : String(error);
      options.logger.error({ sequence: message.seq, details }, 'a message on EVENTS is not an event');
      skipped.push({
        stream_seq: message.seq,
        reason: 'malformed',
        tenant_id: undefined,
        dedupe_key: undefined,
        details,
      });
    }
  }
  while (incoming.length > 0) {
    const { batch, later } = takeBatch(incoming);
    skipped.push(...(await store(options, batch, counts)));
    incoming = later;
  }
  for (const claim of claims) {
    const redeemed = await redeem(options, claim);
    skipped.push(...('reason' in redeemed ? [redeemed] : await store(options, [redeemed], counts)));
  }
  if (skipped.length > 0) {
    await intoPartitions(options, [Date.now()], () =>
      recordSkipped(options.database, options.streamEpoch, skipped),
    );
  }
  for (const { reason } of skipped) counts[reason === 'duplicate' ? 'duplicates' : 'malformed']++;
  options.onHandled(counts);
}

/** The event with its payload. From here on it is one like any other. */
async function redeem(options: FanOutOptions, claim: Incoming): Promise<Incoming | SkippedMessage> {
  const key = claim.event.attributes.payloadref as string;
  const payload = await patiently(options, () => options.payloads.get(key));
  if (payload) return { ...claim, event: { ...claim.event, payload } };
  options.logger.error(
    { sequence: claim.sequence, key },
    'the payload of an event is not in the object store',
  );
  return skip(claim, 'malformed', `The payload ${key} is not in the object store.`);
}

/**
 * What goes into one statement: no key twice, because a statement does not see the rows that it inserts itself. The
 * unique key in Postgres then tells a repeat, whichever statement it is in.
 */
function takeBatch(incoming: readonly Incoming[]): { batch: Incoming[]; later: Incoming[] } {
  const batch: Incoming[] = [];
  const later: Incoming[] = [];
  const keys = new Set<string>();
  for (const each of incoming) {
    const { attributes } = each.event;
    // A tenant may hold any character that is printed, so one that is not separates.
    const key = `${attributes.tenant}\u0000${attributes.dedupekey}`;
    (keys.has(key) ? later : batch).push(each);
    keys.add(key);
  }
  return { batch, later };
}

function skip(
  { event, sequence }: Incoming,
  reason: SkippedMessage['reason'],
  details?: string,
): SkippedMessage {
  return {
    stream_seq: sequence,
    reason,
    tenant_id: event.attributes.tenant,
    dedupe_key: event.attributes.dedupekey,
    details,
  };
}

/** @returns what was not stored, and why */
async function store(
  options: FanOutOptions,
  incoming: readonly Incoming[],
  counts: FanOutCounts,
): Promise<SkippedMessage[]> {
  try {
    return await storeBatch(options, incoming, counts);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const [only] = incoming;
    if (incoming.length === 1 && only) {
      options.logger.error({ err: error, sequence: only.sequence }, 'Postgres does not take this event');
      return [skip(only, 'malformed', error instanceof Error ? error.message : String(error))];
    }
    const half = Math.ceil(incoming.length / 2);
    return [
      ...(await store(options, incoming.slice(0, half), counts)),
      ...(await store(options, incoming.slice(half), counts)),
    ];
  }
}

/**
 * Whether Postgres refuses the data: classes 22 (data exception), 23 (a constraint) and 54 (a limit, such as the
 * size of an index entry). A missing privilege, a read-only standby or a bug of ours would condemn every message.
 */
function isRefusal(error: unknown): boolean {
  const code = String((error as { code?: unknown } | undefined)?.code ?? '');
  return /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

async function storeBatch(
  options: FanOutOptions,
  incoming: readonly Incoming[],
  counts: FanOutCounts,
): Promise<SkippedMessage[]> {
  const { catalog, lanes } = options;
  await lanes.room();
  await patiently(options, () => catalog.refresh());

  const events: EventRow[] = [];
  const payloads: Uint8Array[] = [];
  const deliveries: DeliveryRow[] = [];
  let ordered = false;
  for (const { event, sequence } of incoming) {
    const { attributes, payload } = event;
    const createdAt = new Date(timeOfId(attributes.id) as number).toISOString();
    const byCatalog = catalog.match(attributes.tenant, attributes.type, attributes.endpoint);
    // Most events meet no filter, and none of those waits for anything here.
    const { matched, unmatched } =
      attributes.endpoint === undefined && byCatalog.matched.some(({ filter }) => filter !== undefined)
        ? await filterMatched(options.filters, event, byCatalog)
        : byCatalog;
    events.push({
      id: attributes.id,
      tenant_id: attributes.tenant,
      dedupe_key: attributes.dedupekey,
      type: attributes.type,
      source: attributes.source,
      subject: attributes.subject,
      provider: attributes.provider,
      action: attributes.action,
      repository: attributes.repository,
      delivery_id: attributes.deliveryid,
      via: attributes.via,
      event_time: attributes.time,
      received_at: attributes.receivedat,
      traceparent: attributes.traceparent,
      stream_seq: sequence,
      matched: matched.length,
      unmatched: unmatched.length > 0 ? JSON.stringify(unmatched) : undefined,
      created_at: createdAt,
    });
    payloads.push(payload);
    for (const endpoint of matched) {
      const orderingKey = endpoint.ordering && orderingKeyOf(endpoint.ordering, event);
      if (orderingKey !== undefined) ordered = true;
      deliveries.push({
        event_id: attributes.id,
        endpoint_id: endpoint.id,
        tenant_id: attributes.tenant,
        event_type: attributes.type,
        // One that has to wait for its turn is never sent straight away: others may be before it.
        leased:
          orderingKey === undefined &&
          endpoint.batching === undefined &&
          lanes.reserve(endpoint.id, payload.length),
        delay_seconds: endpoint.batching?.windowSeconds,
        ordering_key: orderingKey,
        ordering_position:
          orderingKey === undefined ? undefined : orderingPosition(options.streamEpoch, sequence),
        created_at: createdAt,
      });
    }
  }

  const leaseId = options.nextLeaseId();
  const byId = new Map(incoming.map((each) => [each.event.attributes.id, each]));
  const bytesOf = (delivery: DeliveryRow) => byId.get(delivery.event_id)?.event.payload.length ?? 0;
  let stored: Set<string>;
  let leaseUntilMs = 0;
  try {
    const times = incoming.map(({ event }) => timeOfId(event.attributes.id) as number);
    stored = await intoPartitions(options, times, () => {
      leaseUntilMs = Date.now() + options.leaseSeconds * 1000;
      return insertEvents(options.database, {
        events,
        payloads,
        deliveries,
        streamEpoch: options.streamEpoch,
        leaseId,
        leaseSeconds: options.leaseSeconds,
      });
    });
  } catch (error) {
    for (const delivery of deliveries)
      if (delivery.leased) lanes.release(delivery.endpoint_id, bytesOf(delivery));
    throw error;
  }

  if (ordered) options.onOrdered();
  counts.events += stored.size;
  for (const delivery of deliveries) {
    const source = byId.get(delivery.event_id);
    const isNew = stored.has(delivery.event_id);
    if (isNew) counts.deliveries++;
    if (!delivery.leased || !source) continue;
    const { attributes, payload } = source.event;
    if (!isNew) {
      lanes.release(delivery.endpoint_id, payload.length);
      continue;
    }
    lanes.submit({
      eventId: delivery.event_id,
      endpointId: delivery.endpoint_id,
      tenantId: delivery.tenant_id,
      eventType: delivery.event_type,
      eventTime: attributes.time,
      receivedAt: attributes.receivedat,
      payload,
      attempts: 0,
      attemptsBefore: 0,
      trigger: 'schedule',
      leaseId,
      leaseUntilMs,
    });
  }
  return incoming
    .filter(({ event }) => !stored.has(event.attributes.id))
    .map((repeat) => skip(repeat, 'duplicate'));
}

/**
 * Writes what belongs into the partitions of the given times, in ms since 1970. Where one is missing, those back to
 * the oldest are made, and it is written again: an event can have waited for longer than the stream keeps it, in the
 * journal of ingest.
 */
async function intoPartitions<T>(
  options: FanOutOptions,
  times: readonly number[],
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await patiently(options, write);
  } catch (error) {
    if ((error as { code?: unknown }).code !== NO_PARTITION) throw error;
    const today = Math.floor(Date.now() / DAY_MS);
    // One more: midnight may pass meanwhile.
    const ages = times.map((time) => today - Math.floor(time / DAY_MS) + 1);
    const days = Math.max(1, ...ages.filter((age) => age <= MAX_PARTITION_DAYS));
    options.logger.warn({ err: error, days }, 'a daily partition is missing; making those back to its day');
    await patiently(options, () =>
      options.database.system('select hookline_create_partitions($1, 7)', [days]),
    );
    return await patiently(options, write);
  }
}

/** Waits for Postgres and NATS while they are away; other errors are the caller's. */
async function patiently<T>(options: FanOutOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (options.signal.aborted) throw error;
      const waitsFor = isTransientDatabaseError(error) ? 'Postgres' : 'NATS';
      if (waitsFor === 'NATS' && !(error instanceof BusError && error.code === 'read_incomplete'))
        throw error;
      options.logger.warn({ err: error, attempt }, `fan-out waits for ${waitsFor}`);
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 1_000)));
    }
  }
}
