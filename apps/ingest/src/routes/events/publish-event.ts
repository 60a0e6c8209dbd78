import {
  ApiError,
  HOPS_HEADER,
  type HooklineEvent,
  type InputOf,
  operations,
  tenantToWrite,
  timestampMs,
} from '@hookline/contracts';
import { sliceJsonMember } from '@hookline/json';
import { parseJson } from '@hookline/providers';
import {
  acceptJsonBodies,
  elapsedMs,
  mountOperation,
  requestTraceparent,
  spanOf,
  toApiError,
} from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { toSchemaError } from '../../event-types/to-schema-error.ts';
import type { AcceptedEvent } from '../../events/event-acceptor.ts';
import { describeOtherContent } from '../../events/event-content.ts';
import { toEvent } from '../../events/to-event.ts';
import { toStoreError } from '../../events/to-store-error.ts';
import type { RouteContext } from '../context.ts';
import { dedupeKeyOfIdempotencyKey } from './idempotency-key.ts';

const PROVIDER = 'app';

/** A call of publishEvent. */
interface Call {
  tenant: string;
  body: InputOf<typeof operations.publishEvent, 'body'>;
  /** The bytes of the body. */
  raw: Buffer;
  request: FastifyRequest;
}

/**
 * POST /api/events, in a scope of its own, because its body is read as bytes. They are parsed once for the validation,
 * while `data` is stored as the very bytes that were sent.
 */
export function mountPublishEvent(app: FastifyInstance, context: RouteContext): void {
  const rawBodies = new WeakMap<FastifyRequest, Buffer>();

  app.register((events, _options, registered) => {
    acceptJsonBodies(events, {
      parse(bytes, request) {
        const parsed = parseJson(bytes);
        if (!parsed.ok) throw new ApiError('malformed_body', { message: parsed.message });
        rawBodies.set(request, bytes);
        return parsed.value;
      },
    });

    events.addHook('onError', (request, reply, error, done) => {
      context.refusedLog.write(() => {
        const { statusCode: status, code } = toApiError(error);
        return { provider: PROVIDER, status, code, ms: elapsedMs(reply), requestId: request.id };
      }, 'event.refused');
      done();
    });

    mountOperation(
      events,
      operations.publishEvent,
      context.authenticate,
      async ({ principal, body, request, reply }) => {
        const tenant = tenantToWrite(principal, body.userId);
        const call = { tenant, body, raw: rawBodies.get(request) as Buffer, request };
        const stored = await acceptEvent(context, await readEvent(context, call));
        if (stored.duplicate) keepRepeat(context, call, stored);
        if (stored.otherContent) throw refuseReusedKey(context, stored.id, stored.otherContent);
        context.eventTypes.noteSeen(tenant, body.type);
        const outcome = stored.duplicate ? 'duplicate' : 'accepted';
        context.metrics.requests.inc({ provider: PROVIDER, outcome });
        spanOf(request)?.setAttributes({
          'hookline.provider': PROVIDER,
          'hookline.tenant': tenant,
          'hookline.outcome': outcome,
          'hookline.event.type': body.type,
          'hookline.event.id': stored.id,
        });
        context.publishedLog.write(
          () => ({
            provider: PROVIDER,
            tenant,
            type: body.type,
            eventId: stored.id,
            outcome,
            ms: elapsedMs(reply),
          }),
          'event.published',
        );
        return { data: { id: stored.id, duplicate: stored.duplicate } };
      },
    );
    registered();
  });
}

/** @throws ApiError for data that the schema of its type refuses, and for a malformed Idempotency-Key */
async function readEvent(
  { eventTypes, hopCounts, metrics, nextEventId, receiptClock }: RouteContext,
  { tenant, body, raw, request }: Call,
): Promise<HooklineEvent> {
  const payload = sliceJsonMember(raw, 'data') as Buffer;
  const schemaError = toSchemaError(await eventTypes.check(tenant, body.type, body.data, payload));
  if (schemaError !== undefined) {
    metrics.requests.inc({ provider: PROVIDER, outcome: schemaError.code });
    throw schemaError;
  }
  const dedupeKey = dedupeKeyOfIdempotencyKey(request.headers['idempotency-key']);
  const receivedAtMs = receiptClock.nowMs();
  const id = nextEventId(receivedAtMs);
  return toEvent(id, {
    type: body.type,
    source: `/${PROVIDER}`,
    subject: body.subject,
    timeMs: body.time === undefined ? undefined : timestampMs(body.time),
    tenant,
    provider: PROVIDER,
    via: 'api',
    dedupeKey: dedupeKey ?? `${PROVIDER}:${id}`,
    traceparent: requestTraceparent(request),
    hops: hopCounts.read(request.headers[HOPS_HEADER]),
    receivedAtMs,
    payload,
  });
}

async function acceptEvent(
  { acceptor, metrics, publishDeadlineMs }: RouteContext,
  event: HooklineEvent,
): Promise<AcceptedEvent> {
  try {
    return await acceptor.accept(event, publishDeadlineMs);
  } catch (error) {
    const known = toStoreError(error);
    metrics.requests.inc({ provider: PROVIDER, outcome: toApiError(known).code });
    throw known;
  }
}

function keepRepeat(
  { metrics, rejections }: RouteContext,
  { tenant, raw, request }: Call,
  { id, otherContent }: AcceptedEvent,
): void {
  metrics.duplicates.inc({ provider: PROVIDER });
  rejections.keep({
    tenant,
    provider: PROVIDER,
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
  metrics.requests.inc({ provider: PROVIDER, outcome: 'idempotency_key_reused' });
  const names = differs.map((name) => (name === 'sha256' ? 'data' : name));
  return new ApiError('idempotency_key_reused', {
    message: `This Idempotency-Key was used for the event ${eventId}, which differs in ${names.join(', ')}; use a new key for a new event`,
    details: { eventId, differs: names, firstSha256, sha256 },
  });
}
