import {
  ApiError,
  deliveryId,
  HOOKLINE_PROVIDER,
  type HooklineEvent,
  ID_PREFIX,
  operations,
  tenantToRead,
} from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import type { RouteContext } from '../context.ts';
import { publishEvent } from '../publish-event.ts';
import { requireEndpoint } from './require-endpoint.ts';

const nextEventId = createIdFactory(ID_PREFIX.event);

/** The test event is published like every other event, so that the test covers the whole path. */
export function mountTestEndpoint(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.testEndpoint, context.authenticate, async ({ principal, params, query }) => {
    const row = await context.database.withScope(tenantToRead(principal, query.userId), (tx) =>
      requireEndpoint(tx, params.id),
    );
    if (!row.active) {
      throw new ApiError('conflict', {
        message: 'The endpoint is switched off and gets no events: switch it on to test it',
      });
    }
    const event = makeTestEvent(row);
    await publishEvent(context.publisher, event);
    const eventId = event.attributes.id;
    return { data: { eventId, deliveryId: deliveryId(eventId, row.id) } };
  });
}

/** Its attribute `endpoint` keeps it from all other endpoints. */
function makeTestEvent({ id, tenantId }: Pick<EndpointRow, 'id' | 'tenantId'>): HooklineEvent {
  const eventId = nextEventId();
  const now = new Date().toISOString();
  const payload = { message: 'A test of this endpoint', webhookId: id, sentAt: now };
  return {
    attributes: {
      id: eventId,
      type: 'webhook.test',
      source: '/hookline',
      subject: id,
      time: now,
      tenant: tenantId,
      provider: HOOKLINE_PROVIDER,
      receivedat: now,
      via: 'api',
      dedupekey: `hookline:test:${eventId}`,
      endpoint: id,
    },
    payload: Buffer.from(JSON.stringify(payload)),
  };
}
