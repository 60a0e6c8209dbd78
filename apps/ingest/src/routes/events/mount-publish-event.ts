import { ApiError, HOPS_HEADER, operations, tenantToWrite, timestampMs } from '@hookline/contracts';
import { sliceJsonMember } from '@hookline/json';
import { parseJson } from '@hookline/providers';
import {
  type Authenticate,
  acceptJsonBodies,
  elapsedMs,
  type HopCounts,
  type IdFactory,
  mountOperation,
  requestTraceparent,
  type SampledLog,
  spanOf,
  toApiError,
} from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventTypeRegistry } from '../../event-types/event-type-registry.ts';
import { toSchemaError } from '../../event-types/to-schema-error.ts';
import type { AcceptedEvent, EventAcceptor } from '../../events/event-acceptor.ts';
import { describeOtherContent } from '../../events/event-content.ts';
import type { ReceiptClock } from '../../events/receipt-clock.ts';
import { toEvent } from '../../events/to-event.ts';
import { toStoreError } from '../../events/to-store-error.ts';
import type { IngestMetrics } from '../../metrics.ts';
import type { RejectionKeeper } from '../../rejections/rejection-keeper.ts';
import { dedupeKeyOfIdempotencyKey } from './idempotency-key.ts';

export interface PublishEventContext {
  authenticate: Authenticate;
  acceptor: EventAcceptor;
  eventTypes: EventTypeRegistry;
  publishDeadlineMs: number;
  receiptClock: Pick<ReceiptClock, 'nowMs'>;
  nextEventId: IdFactory;
  hopCounts: Pick<HopCounts, 'read'>;
  rejections: RejectionKeeper;
  metrics: IngestMetrics;
  /** One line for each event that is taken. */
  publishedLog: SampledLog;
  /** One line for each call that is not, so that a flood of the others hides none. */
  refusedLog: SampledLog;
}

const PROVIDER = 'app';

/**
 * POST /api/events. Encapsulated, because its body is read as bytes: parsed once to be validated, while `data` goes on
 * as the very bytes that were sent.
 */
export function mountPublishEvent(app: FastifyInstance, context: PublishEventContext): void {
  const { acceptor, eventTypes, nextEventId, rejections, metrics, publishedLog, refusedLog } = context;
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
      refusedLog.write(() => {
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
        const raw = rawBodies.get(request) as Buffer;
        const payload = sliceJsonMember(raw, 'data') as Buffer;
        const schemaError = toSchemaError(await eventTypes.check(tenant, body.type, body.data, payload));
        if (schemaError !== undefined) {
          metrics.requests.inc({ provider: PROVIDER, outcome: schemaError.code });
          throw schemaError;
        }
        const idempotencyKey = dedupeKeyOfIdempotencyKey(request.headers['idempotency-key']);
        const receivedAtMs = context.receiptClock.nowMs();
        const id = nextEventId(receivedAtMs);
        const event = toEvent(id, {
          type: body.type,
          source: `/${PROVIDER}`,
          subject: body.subject,
          timeMs: body.time === undefined ? undefined : timestampMs(body.time),
          tenant,
          provider: PROVIDER,
          via: 'api',
          dedupeKey: idempotencyKey ?? `${PROVIDER}:${id}`,
          traceparent: requestTraceparent(request),
          hops: context.hopCounts.read(request.headers[HOPS_HEADER]),
          receivedAtMs,
          payload,
        });
        const stored = await acceptOrThrow(event);
        if (stored.duplicate) {
          metrics.duplicates.inc({ provider: PROVIDER });
          rejections.keep({
            tenant,
            provider: PROVIDER,
            sourceId: null,
            code: 'duplicate',
            reason: `A repeat of ${stored.id}, by its Idempotency-Key: it is not delivered again.${describeOtherContent(stored.otherContent)}`,
            eventId: stored.id,
            providerDeliveryId: null,
            headers: request.headers,
            body: raw,
            isAuthenticated: true,
          });
        }
        if (stored.otherContent) {
          const { differs, firstSha256, sha256 } = stored.otherContent;
          metrics.requests.inc({ provider: PROVIDER, outcome: 'idempotency_key_reused' });
          const names = differs.map((name) => (name === 'sha256' ? 'data' : name));
          throw new ApiError('idempotency_key_reused', {
            message: `This Idempotency-Key was used for the event ${stored.id}, which differs in ${names.join(', ')}; use a new key for a new event`,
            details: { eventId: stored.id, differs: names, firstSha256, sha256 },
          });
        }
        eventTypes.noteSeen(tenant, body.type);
        spanOf(request)?.setAttributes({
          'hookline.provider': PROVIDER,
          'hookline.tenant': tenant,
          'hookline.outcome': stored.duplicate ? 'duplicate' : 'accepted',
          'hookline.event.type': body.type,
          'hookline.event.id': stored.id,
        });
        metrics.requests.inc({ provider: PROVIDER, outcome: stored.duplicate ? 'duplicate' : 'accepted' });
        publishedLog.write(
          () => ({
            provider: PROVIDER,
            tenant,
            type: body.type,
            eventId: stored.id,
            outcome: stored.duplicate ? 'duplicate' : 'accepted',
            ms: elapsedMs(reply),
          }),
          'event.published',
        );
        return { data: { id: stored.id, duplicate: stored.duplicate } };
      },
    );
    registered();
  });

  async function acceptOrThrow(event: Parameters<EventAcceptor['accept']>[0]): Promise<AcceptedEvent> {
    try {
      return await acceptor.accept(event, context.publishDeadlineMs);
    } catch (error) {
      const known = toStoreError(error);
      metrics.requests.inc({ provider: PROVIDER, outcome: toApiError(known).code });
      throw known;
    }
  }
}
