import type { Bus } from '@hookline/bus';
import { deadLetterSubject, deliveryId, HOOKLINE_EVENT_TYPES, timeOfId } from '@hookline/contracts';
import { type Database, toStorableText } from '@hookline/db';
import type { Logger } from '@hookline/service';
import type { DueDelivery } from '../delivery/due-delivery.ts';

export interface DeadLetter {
  delivery: DueDelivery;
  attempts: number;
  errorCode: string;
  errorMessage: string;
}

export interface DeadLetterPublisher {
  /**
   * Publishes dead letters, and resolves when it holds none of their payloads any more. Never rejects: a dead letter that
   * could not be published stays due in Postgres and is claimed again.
   */
  publish(letters: readonly DeadLetter[]): Promise<void>;
  /** Resolves when no dead letter is being published. */
  drain(): Promise<void>;
}

/** Dead letters published at once. Each payload is in memory a second time until the broker has acknowledged it. */
const MAX_PART = 500;
/** Bytes of payloads published at once. A larger payload is published alone. */
export const MAX_PART_BYTES = 16_777_216;
/** The part of the broker's maximum message size that is kept free for headers and for the other members. */
const RESERVED_BYTES = 4_096;

/**
 * Settles deliveries whose dead letters are published. Where the endpoint wants it, the ordering key of each is parked in
 * the same statement, before the next delivery of the key can become due. A key from an earlier `ordering` of the
 * endpoint is not parked. The endpoints are locked, in a fixed order, against a change that would release their keys.
 */
const CLEAR_DUE = `
with cleared as (
  update deliveries d
  set due_at = null, lease_id = null
  from json_to_recordset($1::json) as o(event_id text, endpoint_id text, created_at timestamptz, lease_id text)
  where d.event_id = o.event_id and d.endpoint_id = o.endpoint_id and d.created_at = o.created_at
    and d.created_at between $2 and $3
    and d.status = 'failed' and d.lease_id = o.lease_id
  returning d.event_id, d.endpoint_id, d.tenant_id, d.ordering_key
), held_back as (
  select c.endpoint_id, c.ordering_key, c.tenant_id, c.event_id
  from cleared c
  join endpoints e on e.id = c.endpoint_id
  where c.ordering_key is not null and e.ordering ->> 'onFailure' = 'park' and e.deleted_at is null
    and starts_with(c.ordering_key, (e.ordering ->> 'key') || chr(31))
  order by e.id
  for share of e
), parked as (
  insert into parked_keys (endpoint_id, ordering_key, tenant_id, event_id)
  select endpoint_id, ordering_key, tenant_id, event_id from held_back
  on conflict do nothing
)
insert into announcements (id, tenant_id, endpoint_id, type, data)
select a.id, c.tenant_id, c.endpoint_id, 'delivery.dead', a.data || jsonb_build_object('name', e.name, 'url', e.url)
from json_to_recordset($4::json) as a(id text, event_id text, endpoint_id text, data jsonb)
join cleared c on c.event_id = a.event_id and c.endpoint_id = a.endpoint_id
join endpoints e on e.id = c.endpoint_id and e.deleted_at is null
on conflict (id) do nothing`;

/**
 * Publishes the deliveries that gave up on the stream DEAD_LETTERS, and only then settles them. The message id is the
 * delivery's id with the number of its attempts, so JetStream drops a repeat after a crash.
 *
 * Publishes one part after the other. If the broker accepts none of a part, the parts behind it are given up too: a later
 * claim brings them back, and the callers need not wait for the broker.
 *
 * `data` is the payload's own bytes. A payload that is larger than a message may be is left out: `"data": null,
 * "dataOmitted": true`. It is in Postgres, and the API shows it.
 * @param announceSeconds the least time between two dead letters of an endpoint that are announced to its tenant; 0: none
 */
export function createDeadLetterPublisher(
  bus: Bus,
  database: Database,
  logger: Logger,
  announceSeconds = 0,
): DeadLetterPublisher {
  const sample = createSample(announceSeconds);
  const queue: { letter: DeadLetter; done: () => void }[] = [];
  let working: Promise<void> | undefined;

  async function publishOne(letter: DeadLetter): Promise<DeadLetter | undefined> {
    const { delivery } = letter;
    const id = deliveryId(delivery.eventId, delivery.endpointId);
    try {
      await publishMessage(id, letter);
      return letter;
    } catch (error) {
      logger.warn({ err: error, deliveryId: id }, 'a dead letter could not be published yet');
      return undefined;
    }
  }

  async function publishMessage(id: string, letter: DeadLetter): Promise<void> {
    const { delivery } = letter;
    const head = JSON.stringify({
      deliveryId: id,
      webhookId: delivery.endpointId,
      eventId: delivery.eventId,
      eventType: delivery.eventType,
      userId: delivery.tenantId,
      time: delivery.eventTime,
      attempts: letter.attempts,
      reason: { code: letter.errorCode, message: letter.errorMessage },
      failedAt: new Date().toISOString(),
    }).slice(0, -1);
    const maxBytes = (bus.connection.info?.max_payload ?? 1_048_576) - RESERVED_BYTES;
    const fits = Buffer.byteLength(head) + delivery.payload.length <= maxBytes;
    const message = fits
      ? Buffer.concat([Buffer.from(`${head},"data":`), delivery.payload, Buffer.from('}')])
      : Buffer.from(`${head},"data":null,"dataOmitted":true}`);
    await bus.jetStream.publish(deadLetterSubject(delivery.tenantId, delivery.endpointId), message, {
      msgID: `${id}/${letter.attempts}`,
      timeout: 5_000,
    });
  }

  /** @returns whether the broker accepted any of them */
  async function publishPart(letters: readonly DeadLetter[]): Promise<boolean> {
    // The client drops messages published while it is disconnected, and reports this only after the timeout.
    if (!bus.connected) return false;
    try {
      const published = (await Promise.all(letters.map(publishOne))).filter((each) => each !== undefined);
      if (published.length === 0) return false;
      const times = published.map(({ delivery }) => timeOfId(delivery.eventId) as number);
      const rows = published.map(({ delivery }, index) => ({
        event_id: delivery.eventId,
        endpoint_id: delivery.endpointId,
        created_at: new Date(times[index] as number).toISOString(),
        lease_id: delivery.leaseId,
      }));
      const announced = sample.take(published);
      await database.system(CLEAR_DUE, [
        JSON.stringify(rows),
        new Date(Math.min(...times)),
        new Date(Math.max(...times)),
        JSON.stringify(announced.map(toAnnouncement)),
      ]);
    } catch (error) {
      logger.warn(
        { err: error },
        'published dead letters could not be marked; they will be published again and dropped',
      );
    }
    return true;
  }

  function takePart() {
    let bytes = 0;
    const tooMany = queue.findIndex(({ letter }, index) => {
      bytes += letter.delivery.payload.length;
      return index === MAX_PART || (index > 0 && bytes > MAX_PART_BYTES);
    });
    return queue.splice(0, tooMany < 0 ? queue.length : tooMany);
  }

  async function work(): Promise<void> {
    while (queue.length > 0) {
      const part = takePart();
      const isTaken = await publishPart(part.map(({ letter }) => letter));
      if (!isTaken) {
        logger.warn(
          { count: part.length + queue.length },
          'dead letters could not be published, and wait for a later claim',
        );
        part.push(...queue.splice(0));
      }
      for (const { done } of part) done();
    }
    working = undefined;
  }

  return {
    async publish(letters) {
      const publishing = letters.map(
        (letter) => new Promise<void>((resolve) => void queue.push({ letter, done: resolve })),
      );
      if (queue.length > 0) working ??= work();
      await Promise.all(publishing);
    },
    async drain() {
      await working;
    },
  };
}

/** Dead letters of announcements are not announced: that would never end. */
const OWN_TYPES = new Set(HOOKLINE_EVENT_TYPES.map(({ type }) => type));
const MAX_REMEMBERED = 10_000;

/** Selects the dead letters that are announced: of each endpoint the first, and then one in so many seconds. */
function createSample(everySeconds: number) {
  const announcedAtMs = new Map<string, number>();

  function isDue({ delivery: { endpointId, eventType } }: DeadLetter, nowMs: number): boolean {
    const lastMs = announcedAtMs.get(endpointId) ?? Number.NEGATIVE_INFINITY;
    if (OWN_TYPES.has(eventType) || nowMs - lastMs < everySeconds * 1_000) return false;
    announcedAtMs.delete(endpointId);
    announcedAtMs.set(endpointId, nowMs);
    return true;
  }

  return {
    take(letters: readonly DeadLetter[]): DeadLetter[] {
      if (everySeconds === 0) return [];
      const nowMs = performance.now();
      const due = letters.filter((letter) => isDue(letter, nowMs));
      for (const endpointId of announcedAtMs.keys()) {
        if (announcedAtMs.size <= MAX_REMEMBERED) break;
        announcedAtMs.delete(endpointId);
      }
      return due;
    },
  };
}

function toAnnouncement({ delivery, attempts, errorCode, errorMessage }: DeadLetter) {
  const { eventId, endpointId, eventType } = delivery;
  const id = deliveryId(eventId, endpointId);
  return {
    id: `delivery.dead:${id}/${attempts}`,
    event_id: eventId,
    endpoint_id: endpointId,
    data: {
      webhookId: endpointId,
      deliveryId: id,
      eventId,
      eventType,
      attempts,
      errorCode: toStorableText(errorCode),
      errorMessage: toStorableText(errorMessage),
      failedAt: new Date().toISOString(),
    },
  };
}
