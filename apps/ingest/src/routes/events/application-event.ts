import {
  APPLICATION_PROVIDER,
  ApiError,
  type HooklineEvent,
  type InputOf,
  type operations,
  timestampMs,
} from '@hookline/contracts';
import { requestTraceparent } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import { toSchemaError } from '../../event-types/to-schema-error.ts';
import type { AcceptedEvent } from '../../events/event-acceptor.ts';
import { describeOtherContent } from '../../events/event-content.ts';
import { toEvent } from '../../events/to-event.ts';
import type { RouteContext } from '../context.ts';

/** An event as an application publishes it. */
export interface ApplicationEvent {
  tenant: string;
  fields: Pick<InputOf<typeof operations.publishEvent, 'body'>, 'type' | 'data' | 'subject' | 'time'>;
  /** The bytes of `data`, as they were sent. */
  payload: Buffer;
  /** Undefined: no repeat of the event is recognised. */
  dedupeKey: string | undefined;
  /** The bytes of the event as it was sent, for the record of a repeat. */
  raw: Buffer;
  request: FastifyRequest;
}

/** @returns the error for data that does not match the schema of its type, or that could not be validated */
export async function checkSchema(
  { eventTypes }: RouteContext,
  { tenant, fields, payload }: ApplicationEvent,
): Promise<ApiError | undefined> {
  return toSchemaError(await eventTypes.check(tenant, fields.type, fields.data, payload));
}

/** @param hops the hop count of the request, which counts for each of its events */
export function toApplicationEvent(
  { nextEventId, receiptClock }: RouteContext,
  { tenant, fields, payload, dedupeKey, request }: ApplicationEvent,
  hops: string | undefined,
): HooklineEvent {
  const receivedAtMs = receiptClock.nowMs();
  const id = nextEventId(receivedAtMs);
  return toEvent(id, {
    type: fields.type,
    source: `/${APPLICATION_PROVIDER}`,
    subject: fields.subject,
    timeMs: fields.time === undefined ? undefined : timestampMs(fields.time),
    tenant,
    provider: APPLICATION_PROVIDER,
    via: 'api',
    dedupeKey: dedupeKey ?? `${APPLICATION_PROVIDER}:${id}`,
    traceparent: requestTraceparent(request),
    hops,
    receivedAtMs,
    payload,
  });
}

/**
 * Counts an event that is stored, and records a repeat.
 * @returns the error for a repeat with other content
 */
export function noteStored(
  context: RouteContext,
  event: ApplicationEvent,
  stored: AcceptedEvent,
): ApiError | undefined {
  const { eventTypes, metrics } = context;
  const { tenant, fields } = event;
  if (stored.duplicate) recordRepeat(context, event, stored);
  if (stored.otherContent) return refuseReusedKey(context, stored.id, stored.otherContent);
  eventTypes.noteSeen(tenant, fields.type);
  metrics.requests.inc({
    provider: APPLICATION_PROVIDER,
    outcome: stored.duplicate ? 'duplicate' : 'accepted',
  });
  return undefined;
}

function recordRepeat(
  { metrics, rejections }: RouteContext,
  { tenant, raw, request }: ApplicationEvent,
  { id, otherContent }: AcceptedEvent,
): void {
  metrics.duplicates.inc({ provider: APPLICATION_PROVIDER });
  rejections.keep({
    tenant,
    provider: APPLICATION_PROVIDER,
    sourceId: null,
    code: 'duplicate',
    reason: `A repeat of ${id}, by its Idempotency-Key: it is not delivered again.${describeOtherContent(otherContent)}`,
    eventId: id,
    providerDeliveryId: null,
    headers: request.headers,
    body: raw,
    isAuthenticated: true,
  });
}

function refuseReusedKey(
  { metrics }: RouteContext,
  eventId: string,
  { differs, firstSha256, sha256 }: NonNullable<AcceptedEvent['otherContent']>,
): ApiError {
  metrics.requests.inc({ provider: APPLICATION_PROVIDER, outcome: 'idempotency_key_reused' });
  const names = differs.map((name) => (name === 'sha256' ? 'data' : name));
  return new ApiError('idempotency_key_reused', {
    message: `This Idempotency-Key was used for the event ${eventId}, which differs in ${names.join(', ')}; use a new key for a new event`,
    details: { eventId, differs: names, firstSha256, sha256 },
  });
}
