import { ID_PREFIX, tenantToWrite, testWebhook } from '@hookline/contracts';
import { type Authenticate, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { monotonicFactory } from 'ulid';
import type { RouteContext } from '../context.ts';
import { toPublishError } from '../endpoints/to-publish-error.ts';

const nextUlid = monotonicFactory();

/** A made-up event of GitHub's, through the front like every other, with a delivery id to find it by. */
export function mountTestWebhook(
  app: FastifyInstance,
  { publisher }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, testWebhook, authenticate, async ({ principal, body }) => {
    const { eventType, repository = 'test/repo', action } = body;
    const ulid = nextUlid();
    const eventId = `${ID_PREFIX.event}_${ulid}`;
    const deliveryid = `test-${ulid}`;
    const now = new Date().toISOString();
    const payload = {
      ...(action === undefined ? {} : { action }),
      repository: { full_name: repository, name: repository.split('/').at(-1) },
      sender: { login: 'hookline-test' },
      test: true,
    };
    const event = {
      attributes: {
        id: eventId,
        type: ['github', eventType, ...(action === undefined ? [] : [action])].join('.'),
        source: `/github/${repository}`,
        subject: repository,
        time: now,
        tenant: tenantToWrite(principal, body.userId),
        provider: 'github',
        deliveryid,
        repository,
        receivedat: now,
        via: 'api' as const,
        dedupekey: `github:${deliveryid}`,
        ...(action === undefined ? {} : { action }),
      },
      payload: Buffer.from(JSON.stringify(payload)),
    };
    await publisher.publish(event).catch((error: unknown) => {
      throw toPublishError(error);
    });
    return { data: { message: 'The test event was published', eventId, deliveryId: deliveryid } };
  });
}
