import { ApiError, ID_PREFIX, nearestNames, tenantToWrite, testWebhook } from '@hookline/contracts';
import { GITHUB_EVENT_TYPES, makeGithubExample } from '@hookline/providers';
import { type Authenticate, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { monotonicFactory } from 'ulid';
import type { RouteContext } from '../context.ts';
import { toPublishError } from '../endpoints/to-publish-error.ts';

const nextUlid = monotonicFactory();
const PREFIX = 'github.';
const NAMES: ReadonlySet<string> = new Set(GITHUB_EVENT_TYPES.map((type) => type.slice(PREFIX.length)));

/** A made-up event of GitHub's, through the front like every other, with a delivery id to find it by. */
export function mountTestWebhook(
  app: FastifyInstance,
  { publisher }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, testWebhook, authenticate, async ({ principal, body }) => {
    const { repository = 'test/repo' } = body;
    const name = nameOf(body.eventType);
    const ulid = nextUlid();
    const eventId = `${ID_PREFIX.event}_${ulid}`;
    const deliveryid = `test-${ulid}`;
    const now = new Date().toISOString();
    const { action, payload } = makeGithubExample({ event: name, repository, action: body.action, now });
    const event = {
      attributes: {
        id: eventId,
        type: [PREFIX + name, ...(action === undefined ? [] : [action])].join('.'),
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

/** The name of an event of GitHub's, with or without `github.`. @throws ApiError `invalid_request` */
function nameOf(eventType: string): string {
  const name = eventType.startsWith(PREFIX) ? eventType.slice(PREFIX.length) : eventType;
  if (NAMES.has(name)) return name;
  const nearest = nearestNames(name, NAMES);
  const suggestion =
    nearest.length > 0
      ? `did you mean ${nearest.join(' or ')}?`
      : 'e.g. push, workflow_job, pull_request, issues';
  const problem = {
    path: 'body/eventType',
    message: `is no event of GitHub: ${suggestion} GET /api/webhooks/events?provider=github lists all.`,
  };
  throw new ApiError('invalid_request', {
    message: `${problem.path} ${problem.message}`,
    details: [problem],
  });
}
