import {
  ApiError,
  HOPS_HEADER,
  type HooklineEvent,
  ID_PREFIX,
  operations,
  tenantToRead,
} from '@hookline/contracts';
import { parseExactJson, sliceJsonMember } from '@hookline/json';
import { acceptJsonBodies, createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { EventRow } from '../../sql/event-row.ts';
import { editedReplayKey } from '../../sql/list-edited-replays.ts';
import type { RouteContext } from '../context.ts';
import { endpointNotFound, requireEndpoint } from '../endpoints/require-endpoint.ts';
import { publishEvent } from '../publish-event.ts';
import { requireEvent } from './require-event.ts';

const nextEventId = createIdFactory(ID_PREFIX.event);
/** As the gateway's. */
const MAX_BODY_BYTES = 2_097_152;

/**
 * Publishes an event again with another payload: a new event with the type and the origin of the first one. It is
 * published like every other event, in a scope of its own, because its payload is stored as the very bytes that were sent.
 */
export function mountReplayEdited(app: FastifyInstance, context: RouteContext): void {
  const rawBodies = new WeakMap<FastifyRequest, Buffer>();
  app.register((scope, _options, registered) => {
    acceptJsonBodies(scope, {
      bodyLimit: MAX_BODY_BYTES,
      parse(bytes, request) {
        rawBodies.set(request, bytes);
        try {
          return parseExactJson(bytes);
        } catch (cause) {
          throw new ApiError('malformed_body', { cause });
        }
      },
    });
    mountOperation(
      scope,
      operations.replayEdited,
      context.authenticate,
      async ({ principal, params, query, body, request }) => {
        const { original, endpointId } = await context.database.withScope(
          tenantToRead(principal, query.userId),
          async (tx) => {
            const found = await requireEvent(tx, params.id);
            if (body.webhookId === undefined) return { original: found, endpointId: undefined };
            const endpoint = await requireEndpoint(tx, body.webhookId);
            // An operator sees the endpoints of all tenants.
            if (endpoint.tenantId !== found.tenantId) throw endpointNotFound(body.webhookId);
            return { original: found, endpointId: endpoint.id };
          },
        );
        const payload = sliceJsonMember(rawBodies.get(request) as Buffer, 'data') as Buffer;
        // A delivery that comes back as this call counts on, so that a loop of edited replays ends.
        const hops = context.hopCounts.read(request.headers[HOPS_HEADER]) ?? original.hops;
        const event = toEditedEvent({ ...original, hops }, payload, endpointId);
        await publishEvent(context.publisher, event);
        return { data: { eventId: event.attributes.id, replayOf: original.id } };
      },
    );
    registered();
  });
}

function toEditedEvent(original: EventRow, payload: Buffer, endpointId: string | undefined): HooklineEvent {
  const id = nextEventId();
  const now = new Date().toISOString();
  const { type, source, subject, tenantId, provider, action, repository, hops } = original;
  return {
    attributes: {
      id,
      type,
      source,
      time: now,
      tenant: tenantId,
      provider,
      // In the place of the provider's id: what the event was made from.
      deliveryid: original.id,
      receivedat: now,
      via: 'replay',
      dedupekey: editedReplayKey(original.id, id),
      ...(subject === null ? {} : { subject }),
      ...(action === null ? {} : { action }),
      ...(repository === null ? {} : { repository }),
      ...(hops === null ? {} : { hookhops: hops }),
      ...(endpointId === undefined ? {} : { endpoint: endpointId }),
    },
    payload,
  };
}
