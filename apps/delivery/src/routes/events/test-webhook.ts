import { type HooklineEvent, ID_PREFIX, operations, tenantToWrite } from '@hookline/contracts';
import { createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { publishEvent } from '../publish-event.ts';
import { makeExample } from './make-example.ts';

const nextEventId = createIdFactory(ID_PREFIX.event);

/** The example event is published like every other event, with a delivery id to find it by. */
export function mountTestWebhook(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.testWebhook, context.authenticate, async ({ principal, body }) => {
    const now = new Date().toISOString();
    const { provider, payload, ...attributes } = makeExample(body, now);
    const eventId = nextEventId();
    const deliveryid = `test-${eventId}`;
    const event: HooklineEvent = {
      attributes: {
        id: eventId,
        time: now,
        tenant: tenantToWrite(principal, body.userId),
        provider,
        deliveryid,
        receivedat: now,
        via: 'api',
        dedupekey: `${provider}:${deliveryid}`,
        ...attributes,
      },
      payload,
    };
    await publishEvent(context.publisher, event);
    return { data: { message: 'The test event was published', eventId, providerDeliveryId: deliveryid } };
  });
}
