import { decodeEvent, type JsMsg } from '@hookline/bus';
import { type HooklineEvent, ID_PREFIX, isId, timeOfId } from '@hookline/contracts';
import { type Database, isTransientDatabaseError } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { EndpointCatalog } from '../catalog/endpoint-catalog.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import { type DeliveryRow, type EventRow, insertEvents } from './insert-events.ts';
import { recordSkipped, type SkippedMessage } from './record-skipped.ts';

export interface FanOutOptions {
  database: Database;
  catalog: EndpointCatalog;
  lanes: LaneRegistry;
  logger: Logger;
  streamEpoch: string;
  nextLeaseId: () => string;
  leaseSeconds: number;
  onStored: (counts: { events: number; deliveries: number; duplicates: number; malformed: number }) => void;
  /** Tells that the batch may no longer be handled: the process is stopping. */
  signal: AbortSignal;
}

interface Incoming {
  event: HooklineEvent;
  sequence: number;
}

/** Postgres has no partition for the day of an event. */
const NO_PARTITION = '23514';

/**
 * A batch of the stream becomes rows: what cannot be read is noted, repeats are dropped and noted, and each event
 * gets one delivery for every endpoint that matches. When it resolves everything is committed, the caller may
 * acknowledge, and deliveries that got a place in their lane are on their way.
 *
 * Postgres being away is waited out. A batch that Postgres refuses is halved until the one message that it cannot
 * take is found and noted as malformed, so that it holds up nothing else.
 */
export async function fanOut(options: FanOutOptions, messages: readonly JsMsg[]): Promise<void> {
  const incoming: Incoming[] = [];
  const skipped: SkippedMessage[] = [];
  const keysInBatch = new Set<string>();
  for (const message of messages) {
    const decoded = decodeMessage(message);
    if ('reason' in decoded) {
      options.logger.error(
        { sequence: decoded.stream_seq, details: decoded.details },
        'a message on EVENTS is not an event',
      );
      skipped.push(decoded);
      continue;
    }
    const { tenant, dedupekey } = decoded.event.attributes;
    const key = `${tenant} ${dedupekey}`;
    if (keysInBatch.has(key)) skipped.push(asDuplicate(decoded));
    else {
      keysInBatch.add(key);
      incoming.push(decoded);
    }
  }
  skipped.push(...(await store(options, incoming)));
  if (skipped.length > 0) {
    await patiently(options, () => recordSkipped(options.database, options.streamEpoch, skipped));
  }
}

function decodeMessage(message: JsMsg): Incoming | SkippedMessage {
  const malformed = (details: string): SkippedMessage => ({
    stream_seq: message.seq,
    reason: 'malformed',
    tenant_id: undefined,
    dedupe_key: undefined,
    event_id: undefined,
    details: details.slice(0, 1_000),
    created_at: new Date().toISOString(),
  });
  try {
    const event = decodeEvent(message.headers, message.data);
    if (!isId(ID_PREFIX.event, event.attributes.id))
      return malformed(`ce-id is not an event id: ${event.attributes.id}`);
    return { event, sequence: message.seq };
  } catch (error) {
    return malformed(error instanceof Error ? error.message : String(error));
  }
}

function asDuplicate({ event, sequence }: Incoming): SkippedMessage {
  return {
    stream_seq: sequence,
    reason: 'duplicate',
    tenant_id: event.attributes.tenant,
    dedupe_key: event.attributes.dedupekey,
    event_id: event.attributes.id,
    details: undefined,
    created_at: new Date().toISOString(),
  };
}

/** @returns what was not stored, and why */
async function store(options: FanOutOptions, incoming: readonly Incoming[]): Promise<SkippedMessage[]> {
  if (incoming.length === 0) return [];
  try {
    return await storeBatch(options, incoming);
  } catch (error) {
    if (options.signal.aborted) throw error;
    const [only] = incoming;
    if (incoming.length === 1 && only) {
      options.logger.error({ err: error, sequence: only.sequence }, 'Postgres does not take this event');
      const details = error instanceof Error ? error.message : String(error);
      return [{ ...asDuplicate(only), reason: 'malformed', details: details.slice(0, 1_000) }];
    }
    const half = Math.ceil(incoming.length / 2);
    return [
      ...(await store(options, incoming.slice(0, half))),
      ...(await store(options, incoming.slice(half))),
    ];
  }
}

async function storeBatch(options: FanOutOptions, incoming: readonly Incoming[]): Promise<SkippedMessage[]> {
  const { catalog, lanes } = options;
  await lanes.room();
  await patiently(options, () => catalog.refresh());

  const events: EventRow[] = [];
  const payloads: Uint8Array[] = [];
  const deliveries: DeliveryRow[] = [];
  for (const { event, sequence } of incoming) {
    const { attributes, payload } = event;
    const createdAt = new Date(timeOfId(attributes.id) as number).toISOString();
    const { matched, unmatched } = catalog.match(attributes.tenant, attributes.type, attributes.endpoint);
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
      payload_ref: attributes.payloadref,
      stream_seq: sequence,
      matched: matched.length,
      unmatched: unmatched.length > 0 ? unmatched : undefined,
      created_at: createdAt,
    });
    payloads.push(payload);
    for (const endpoint of matched) {
      deliveries.push({
        event_id: attributes.id,
        endpoint_id: endpoint.id,
        tenant_id: attributes.tenant,
        event_type: attributes.type,
        leased: lanes.reserve(endpoint.id, payload.length),
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
    stored = await patiently(options, () => {
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

  let fannedOut = 0;
  for (const delivery of deliveries) {
    const source = byId.get(delivery.event_id);
    const isNew = stored.has(delivery.event_id);
    if (isNew) fannedOut++;
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
  const repeats = incoming.filter(({ event }) => !stored.has(event.attributes.id)).map(asDuplicate);
  options.onStored({ events: stored.size, deliveries: fannedOut, duplicates: repeats.length, malformed: 0 });
  return repeats;
}

/** Waits for Postgres while it is away, and makes a partition that is missing; other errors are the caller's. */
async function patiently<T>(options: FanOutOptions, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (options.signal.aborted) throw error;
      if ((error as { code?: unknown }).code === NO_PARTITION && attempt <= 2) {
        options.logger.warn(
          { err: error },
          'a daily partition is missing; making the last 14 days and the next 7',
        );
        await options.database.system('select hookline_create_partitions(14, 7)');
        continue;
      }
      if (!isTransientDatabaseError(error)) throw error;
      options.logger.warn({ err: error, attempt }, 'fan-out waits for Postgres');
      await new Promise((resolve) => setTimeout(resolve, Math.min(100 * attempt, 1_000)));
    }
  }
}
