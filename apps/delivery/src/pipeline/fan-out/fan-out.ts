import { type JsMsg, type PayloadObjects, type Settlement, splitBody } from '@hookline/bus';
import { type EventAttributes, type HooklineEvent, STORE_PROBE_SUBJECT } from '@hookline/contracts';
import { isDataRefusal, writeBatch } from '@hookline/db';
import type { Tracing } from '@hookline/service';
import {
  type CatalogEndpoint,
  type EndpointCatalog,
  MAX_UNMATCHED,
  type MatchResult,
  type Unmatched,
} from '../../endpoints/catalog/endpoint-catalog.ts';
import { heldBytes } from '../delivery/due-delivery.ts';
import type { Settled } from '../delivery/settled.ts';
import { UnstoredDelivery } from '../delivery/unstored-delivery.ts';
import type { FilterEvaluator } from '../filters/filter-evaluator.ts';
import type { LaneRegistry } from '../lanes/lane-registry.ts';
import { orderingKeyOf } from '../ordering/ordering-key-of.ts';
import { orderingPosition } from '../ordering/ordering-position.ts';
import { claimKeys } from './claim-keys.ts';
import { claimRequests, type RequestClaim, type RequestHolders } from './claim-requests.ts';
import {
  createEventWriter,
  type FanOutCounts,
  type NewDelivery,
  type NewEvent,
  type StoredSoon,
} from './event-writer.ts';
import { filterMatched } from './filter-matched.ts';
import { type Incoming, readMessage } from './read-message.ts';
import { type SkippedMessage, toSkipped } from './record-skipped.ts';
import {
  noteSkipped,
  type RetryOptions,
  refuse,
  retryCallbacks,
  retryWhileUnavailable,
  writeIntoPartitions,
} from './retry-while-unavailable.ts';
import { startProcessSpan } from './trace-event.ts';

/** The fields of a skipped message that is not an event. */
const NOTHING_KNOWN = {
  tenant_id: undefined,
  repeat_id: undefined,
  repeat_at: undefined,
  sha256: undefined,
  dedupe_key: undefined,
  details: undefined,
};

export interface FanOutOptions extends RetryOptions {
  catalog: EndpointCatalog;
  lanes: LaneRegistry;
  filters: FilterEvaluator;
  payloads: PayloadObjects;
  streamEpoch: string;
  nextLeaseId: () => string;
  /** Whether this replica may take leases. If not, deliveries are stored as pending. */
  mayLease: () => boolean;
  leaseSeconds: number;
  /** Records outcomes of stored deliveries. */
  record: (settled: readonly Settled[]) => Promise<void>;
  onHandled: (counts: FanOutCounts) => void;
  /** Called after the commit of deliveries with an ordering key. */
  onOrdered: () => void;
  /** Undefined: no spans are made for events. */
  tracing?: Tracing | undefined;
}

/** An event whose fan-out throws is tried so many times, a second apart. */
const MAX_TRIES = 5;

/**
 * Creates deliveries for the events of the stream: a message that cannot be read is recorded, a repeat is dropped and
 * recorded, and each event gets one delivery for every endpoint that matches. A delivery whose lane has capacity is
 * sent at once, and stored with its event shortly after; only then is the message acknowledged. After a crash in
 * between JetStream delivers the event again, and the request is repeated.
 *
 * While Postgres is unavailable, fan-out waits. An event whose data Postgres refuses is recorded as malformed, and
 * holds up no other event. After any other error, which says nothing about the events, JetStream delivers the messages
 * again.
 *
 * @returns the handler of a batch, which resolves when the deliveries of the batch are in their lanes or being stored
 */
export function createFanOut(
  options: FanOutOptions,
): (messages: readonly JsMsg[], settlement: Settlement) => Promise<void> {
  const { catalog, filters, lanes, logger, tracing } = options;
  const writer = createEventWriter({ ...options, onStored: options.onHandled });
  /** The events that are not stored yet, by their ids. */
  const underWay = new Map<string, StoredSoon>();

  return async (messages, settlement) => {
    const skipped: SkippedMessage[] = [];
    const incoming: Incoming[] = [];
    // Events with their payload in the object store are handled one by one: together they could be gigabytes. Events
    // that share a request there are handled together.
    const claims: Incoming[] = [];
    const sharing = new Map<string, Incoming[]>();
    for (const message of messages) {
      if (message.subject === STORE_PROBE_SUBJECT) {
        skipped.push({ ...NOTHING_KNOWN, stream_seq: message.seq, reason: 'probe' });
        continue;
      }
      try {
        const read = readMessage(message, options.databaseNowMs());
        const { payloadref, requestref } = read.event.attributes;
        if (payloadref !== undefined) claims.push(read);
        else if (requestref === undefined) incoming.push(read);
        else sharing.set(requestref, [...(sharing.get(requestref) ?? []), read]);
      } catch (error) {
        const details = error instanceof Error ? error.message : String(error);
        logger.error({ sequence: message.seq, details }, 'a message on EVENTS is not an event');
        skipped.push({
          ...NOTHING_KNOWN,
          stream_seq: message.seq,
          reason: 'malformed',
          details,
          message,
        });
      }
    }
    if (incoming.length > 0) await send(incoming, settlement, skipped);
    for (const claim of claims) {
      const loaded = await loadPayload(options, claim);
      if ('reason' in loaded) skipped.push(loaded);
      else for (const { over } of await send([loaded], settlement, skipped)) await over;
    }
    for (const [key, events] of sharing) {
      const request = await getRequest(options, key);
      const together = events.map((each): Incoming => ({ ...each, event: { ...each.event, request } }));
      for (const { over } of await send(together, settlement, skipped)) await over;
    }
    if (skipped.length === 0) return;
    await noteSkipped(options, skipped);
    const sequences = new Set(skipped.map(({ stream_seq }) => stream_seq));
    settlement.ack(messages.filter(({ seq }) => sequences.has(seq)));
    const count = (wanted: SkippedMessage['reason']) =>
      skipped.filter(({ reason }) => reason === wanted).length;
    options.onHandled({
      events: 0,
      deliveries: 0,
      duplicates: count('duplicate'),
      malformed: count('malformed'),
    });
  };

  /** Creates the deliveries of new events; repeats and refused events are added to `skipped`. */
  async function send(
    incoming: readonly Incoming[],
    settlement: Settlement,
    skipped: SkippedMessage[],
  ): Promise<StoredSoon[]> {
    const startedAtMs = performance.now();
    await lanes.waitForCapacity();
    // JetStream delivered the same event again, before it is stored: once it is stored, it is recognised.
    for (const { event } of incoming) {
      const same = underWay.get(event.attributes.id);
      if (same) await same.over;
    }
    const refused = new Set<Incoming>();
    const ours = new Set<string>();
    const behind = new Set<Incoming>();
    await writeBatch<Incoming, Incoming[]>(incoming, {
      ...retryCallbacks(options),
      write: (part) => claimKeys(options.database, part, ours),
      onWritten: (_part, waitingForOurs) => {
        for (const each of waitingForOurs) behind.add(each);
      },
      onRejected: (each, error) => {
        refused.add(each);
        if (isDataRefusal(error)) skipped.push(refuse(options, each, error));
        else settlement.nack([each.message], error);
        return undefined;
      },
      onFailed: (failed, error) => {
        for (const each of failed) refused.add(each);
        settlement.nack(
          failed.map(({ message }) => message),
          error,
        );
      },
    });
    await retryWhileUnavailable(options, () => catalog.refresh());
    const leaseId = options.nextLeaseId();
    const leaseUntilMs = performance.now() + options.leaseSeconds * 1000;
    const soon: StoredSoon[] = [];
    const dispatch = (each: Incoming, matches: MatchResult) => {
      const { id } = each.event.attributes;
      const span = tracing && startProcessSpan(tracing, each, matches.matched.length, startedAtMs);
      let made: NewEvent;
      try {
        made = makeEvent(each, matches, leaseId, leaseUntilMs, () => underWay.get(id)?.noteSettled());
      } catch (error) {
        span?.fail('internal_error');
        span?.end();
        nackOrSkip(each, error, settlement, skipped);
        return;
      }
      const stored = writer.add(made, settlement);
      soon.push(stored);
      underWay.set(id, stored);
      void stored.over.then(() => {
        underWay.delete(id);
        span?.end();
      });
      for (const { due } of made.deliveries) if (due) lanes.submit(due);
    };
    /** Events of requests that brought several events, for endpoints with the format `request`. */
    const ofRequests: [Incoming, MatchResult][] = [];
    for (const each of incoming) {
      if (refused.has(each) || behind.has(each)) continue;
      const { id } = each.event.attributes;
      if (!ours.has(id)) {
        skipped.push(toSkipped(each, 'duplicate'));
        continue;
      }
      // The batch has the same message twice.
      if (underWay.has(id)) {
        behind.add(each);
        continue;
      }
      let matches: MatchResult;
      try {
        const matching = match(each);
        matches = 'then' in matching ? await matching : matching;
      } catch (error) {
        nackOrSkip(each, error, settlement, skipped);
        continue;
      }
      if (each.event.attributes.requestid !== undefined && matches.matched.some(getsRequests))
        ofRequests.push([each, matches]);
      else dispatch(each, matches);
    }
    if (ofRequests.length > 0) {
      const claims = ofRequests.flatMap(toRequestClaims);
      const holders = await retryWhileUnavailable(options, () =>
        writeIntoPartitions(
          options,
          ofRequests.map(([{ createdAtMs }]) => createdAtMs),
          () => claimRequests(options.database, claims),
        ),
      );
      for (const [each, matches] of ofRequests) dispatch(each, keepHeld(each, matches, holders));
    }
    if (behind.size > 0) {
      // They may be repeats of these events, and only a stored event has repeats.
      await Promise.all(soon.map(({ over }) => over));
      soon.push(...(await send([...behind], settlement, skipped)));
    }
    return soon;
  }

  /** Handles an event whose fan-out threw, by a defect of Hookline. The others of its batch are not affected. */
  function nackOrSkip(
    incoming: Incoming,
    error: unknown,
    settlement: Settlement,
    skipped: SkippedMessage[],
  ): void {
    const { message } = incoming;
    if ((message.deliveries ?? 1) < MAX_TRIES) {
      settlement.nack([message], error);
      return;
    }
    logger.error({ err: error, sequence: message.seq }, 'an event could not be fanned out, and is skipped');
    skipped.push(
      toSkipped(incoming, 'malformed', 'An internal error of Hookline in fan-out: its log has the cause'),
    );
  }

  /** Undefined also if the key cannot be computed: the event is then sent without order. */
  function keyOf({ id, ordering }: CatalogEndpoint, event: HooklineEvent): string | undefined {
    try {
      return ordering && orderingKeyOf(ordering, event);
    } catch (error) {
      logger.error({ err: error, webhookId: id }, 'the ordering key for an endpoint could not be computed');
      return undefined;
    }
  }

  /** Returns a promise only where a filter has to be evaluated, so that most events wait for nothing. */
  function match({ event }: Incoming): MatchResult | Promise<MatchResult> {
    const { tenant, type, endpoint } = event.attributes;
    const byCatalog = catalog.match(tenant, type, endpoint);
    return endpoint === undefined && byCatalog.matched.some(({ filter }) => filter !== undefined)
      ? filterMatched(filters, event, byCatalog)
      : byCatalog;
  }

  /** The rows of an event; a delivery whose lane has capacity is to be sent at once. */
  function makeEvent(
    incoming: Incoming,
    { matched, unmatched, unmatchedOmitted }: MatchResult,
    leaseId: string,
    leaseUntilMs: number,
    onSettled: () => void,
  ): NewEvent {
    const { message, event } = incoming;
    const { attributes, payload, request } = event;
    const createdAt = new Date(incoming.createdAtMs).toISOString();
    const deliveries = matched.map((endpoint): NewDelivery => {
      const held = { payload, request: getsRequests(endpoint) ? (request ?? null) : undefined };
      const orderingKey = keyOf(endpoint, event);
      // A delivery with an ordering key is not sent at once: others may be before it. Nor is one whose event JetStream
      // delivers again: it may have ended the process, and only stored deliveries are counted (see poison-guard.ts).
      const isSent =
        endpoint.active &&
        orderingKey === undefined &&
        (message.deliveries ?? 1) === 1 &&
        endpoint.batching === undefined &&
        options.mayLease() &&
        lanes.reserve(endpoint.id, heldBytes(held));
      return {
        row: {
          event_id: attributes.id,
          endpoint_id: endpoint.id,
          tenant_id: attributes.tenant,
          event_type: attributes.type,
          lease_id: isSent ? leaseId : undefined,
          ordering_key: orderingKey,
          ordering_position:
            orderingKey === undefined ? undefined : orderingPosition(options.streamEpoch, message.seq),
          delay_seconds: endpoint.batching?.windowSeconds,
          created_at: createdAt,
        },
        due: isSent
          ? {
              eventId: attributes.id,
              endpointId: endpoint.id,
              tenantId: attributes.tenant,
              eventType: attributes.type,
              eventTime: attributes.time,
              receivedAt: attributes.receivedat,
              traceparent: attributes.traceparent,
              hops: attributes.hookhops,
              ...held,
              attempts: 0,
              attemptsBefore: 0,
              trigger: 'schedule',
              leaseId,
              leaseUntilMs,
              unstored: new UnstoredDelivery(onSettled),
            }
          : undefined,
      };
    });
    return {
      incoming,
      row: {
        id: attributes.id,
        tenant_id: attributes.tenant,
        type: attributes.type,
        source: attributes.source,
        subject: attributes.subject,
        provider: attributes.provider,
        action: attributes.action,
        repository: attributes.repository,
        provider_delivery_id: attributes.deliveryid,
        via: attributes.via,
        event_time: attributes.time,
        received_at: attributes.receivedat,
        traceparent: attributes.traceparent,
        hops: attributes.hookhops,
        control: attributes.hookcontrol,
        control_reason: attributes.hookcontrolreason,
        stored_at: toStoredAt(message, attributes),
        request_id: attributes.requestid,
        stream_seq: message.seq,
        matched: matched.length,
        unmatched: unmatched.length > 0 ? toJson(unmatched) : undefined,
        unmatched_omitted: unmatchedOmitted,
        created_at: createdAt,
      },
      deliveries,
    };
  }
}

const toStoredAt = ({ storedAtMs }: JsMsg, { receivedat }: EventAttributes) =>
  storedAtMs === undefined ? receivedat : new Date(storedAtMs).toISOString();

/** Loads the payload of an event from the object store. */
async function loadPayload(options: FanOutOptions, claim: Incoming): Promise<Incoming | SkippedMessage> {
  const { attributes } = claim.event;
  const key = attributes.payloadref as string;
  const body = await retryWhileUnavailable(options, () => options.payloads.get(key));
  if (!body) {
    options.logger.error(
      { sequence: claim.message.seq, key },
      'the payload of an event is not in the object store',
    );
    return toSkipped(claim, 'malformed', `The payload ${key} is not in the object store.`);
  }
  const { requestref } = attributes;
  const request = requestref === undefined ? undefined : await getRequest(options, requestref);
  try {
    return { ...claim, event: { attributes, request, ...splitBody(attributes, body) } };
  } catch (error) {
    return toSkipped(claim, 'malformed', (error as Error).message);
  }
}

/** Loads a kept request from the object store. Without it the event is delivered all the same. */
async function getRequest(options: FanOutOptions, key: string): Promise<Uint8Array | undefined> {
  const request = await retryWhileUnavailable(options, () => options.payloads.get(key));
  if (!request) options.logger.error({ key }, 'the kept request of an event is not in the object store');
  return request;
}

/** Events of one type share the list of endpoints that did not match. */
const jsonOfUnmatched = new WeakMap<readonly Unmatched[], string>();

function toJson(unmatched: readonly Unmatched[]): string {
  let json = jsonOfUnmatched.get(unmatched);
  if (json === undefined) {
    json = JSON.stringify(unmatched);
    jsonOfUnmatched.set(unmatched, json);
  }
  return json;
}

const getsRequests = ({ format }: CatalogEndpoint) => format === 'request';

function toRequestClaims([{ event, createdAtMs }, { matched }]: [Incoming, MatchResult]): RequestClaim[] {
  const { id, tenant, requestid } = event.attributes;
  return matched.filter(getsRequests).map((endpoint) => ({
    request_id: requestid as string,
    endpoint_id: endpoint.id,
    event_id: id,
    tenant_id: tenant,
    created_at: new Date(createdAtMs).toISOString(),
  }));
}

/** Removes the endpoints that get the request for another of its events. */
function keepHeld({ event }: Incoming, matches: MatchResult, holders: RequestHolders): MatchResult {
  const { id, requestid } = event.attributes;
  const matched: CatalogEndpoint[] = [];
  const byAnother: Unmatched[] = [];
  for (const endpoint of matches.matched) {
    const holder = getsRequests(endpoint) ? holders(requestid as string, endpoint.id) : undefined;
    if (holder === undefined || holder === id) matched.push(endpoint);
    else byAnother.push([endpoint.id, 'same_request', holder]);
  }
  // They come first, because they say more than endpoints with another event type.
  const all = [...byAnother, ...matches.unmatched];
  const unmatched = all.slice(0, MAX_UNMATCHED);
  return {
    matched,
    unmatched,
    unmatchedOmitted: matches.unmatchedOmitted + all.length - unmatched.length,
  };
}
