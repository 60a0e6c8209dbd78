import {
  APPLICATION_PROVIDER,
  HOPS_HEADER,
  type HooklineEvent,
  operations,
  tenantToWrite,
} from '@hookline/contracts';
import { sliceJsonMember } from '@hookline/json';
import {
  elapsedMs,
  mountOperation,
  REPLAYED_HEADER,
  readIdempotencyKey,
  spanOf,
  toApiError,
} from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { AcceptedEvent } from '../../events/event-acceptor.ts';
import { toStoreError } from '../../events/to-store-error.ts';
import type { RouteContext } from '../context.ts';
import { acceptApplicationBodies } from './application-bodies.ts';
import { type ApplicationEvent, checkSchema, noteStored, toApplicationEvent } from './application-event.ts';
import { dedupeKeyOfIdempotencyKey } from './idempotency-key.ts';

/** POST /api/events, in a scope of its own, because its body is read as bytes. */
export function mountPublishEvent(app: FastifyInstance, context: RouteContext): void {
  app.register((scope, _options, registered) => {
    const bytesOf = acceptApplicationBodies(scope, context);
    mountOperation(
      scope,
      operations.publishEvent,
      context.authenticate,
      async ({ principal, body, request, reply }) => {
        const tenant = tenantToWrite(principal, body.userId);
        const raw = bytesOf(request);
        const event: ApplicationEvent = {
          tenant,
          fields: body,
          payload: sliceJsonMember(raw, 'data') as Buffer,
          dedupeKey: dedupeKeyOfIdempotencyKey(readIdempotencyKey(request.raw)),
          raw,
          request,
        };
        await requireSchema(context, event);
        const hops = context.hopCounts.read(request.headers[HOPS_HEADER]);
        const stored = await acceptEvent(context, toApplicationEvent(context, event, hops));
        const error = noteStored(context, event, stored);
        if (error) throw error;
        const outcome = stored.duplicate ? 'duplicate' : 'accepted';
        spanOf(request)?.setAttributes({
          'hookline.provider': APPLICATION_PROVIDER,
          'hookline.tenant': tenant,
          'hookline.outcome': outcome,
          'hookline.event.type': body.type,
          'hookline.event.id': stored.id,
        });
        context.publishedLog.write(
          () => ({
            provider: APPLICATION_PROVIDER,
            tenant,
            type: body.type,
            eventId: stored.id,
            outcome,
            ms: elapsedMs(reply),
          }),
          'event.published',
        );
        if (stored.duplicate) reply.header(REPLAYED_HEADER, 'true');
        return { data: { id: stored.id, duplicate: stored.duplicate } };
      },
    );
    registered();
  });
}

async function requireSchema(context: RouteContext, event: ApplicationEvent): Promise<void> {
  const error = await checkSchema(context, event);
  if (error === undefined) return;
  context.metrics.requests.inc({ provider: APPLICATION_PROVIDER, outcome: error.code });
  throw error;
}

async function acceptEvent(
  { acceptor, metrics, publishDeadlineMs }: RouteContext,
  event: HooklineEvent,
): Promise<AcceptedEvent> {
  try {
    return await acceptor.accept(event, publishDeadlineMs);
  } catch (error) {
    const known = toStoreError(error);
    metrics.requests.inc({ provider: APPLICATION_PROVIDER, outcome: toApiError(known).code });
    throw known;
  }
}
