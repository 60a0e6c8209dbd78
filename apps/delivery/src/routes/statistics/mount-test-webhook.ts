import { toPublishError } from '@hookline/bus';
import { ApiError, ID_PREFIX, nearestNames, operations, tenantToWrite } from '@hookline/contracts';
import {
  eventsOfSample,
  GITHUB_EVENT_TYPES,
  getProvider,
  listSamples,
  makeGithubExample,
  type Provider,
} from '@hookline/providers';
import { type Authenticate, createIdFactory, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';

const PREFIX = 'github.';
const NAMES: ReadonlySet<string> = new Set(GITHUB_EVENT_TYPES.map((type) => type.slice(PREFIX.length)));
const MAX_LISTED = 10;
const nextEventId = createIdFactory(ID_PREFIX.event);

/** What is made up of an event; all else is the same for all of them. */
interface MadeUp {
  type: string;
  source: string;
  subject?: string;
  action?: string;
  repository?: string;
  payload: Uint8Array;
}

/** A made-up event of a provider's, through the front like every other, with a delivery id to find it by. */
export function mountTestWebhook(
  app: FastifyInstance,
  { publisher }: RouteContext,
  authenticate: Authenticate,
): void {
  mountOperation(app, operations.testWebhook, authenticate, async ({ principal, body }) => {
    const now = new Date().toISOString();
    const provider = providerOf(body.eventType);
    const { payload, type, source, ...optional } =
      provider === undefined ? ofGithub(body, now) : ofSamples(provider, body.eventType);
    const eventId = nextEventId();
    const deliveryid = `test-${eventId}`;
    const id = provider?.id ?? 'github';
    const event = {
      attributes: {
        id: eventId,
        type,
        source,
        time: now,
        tenant: tenantToWrite(principal, body.userId),
        provider: id,
        deliveryid,
        receivedat: now,
        via: 'api' as const,
        dedupekey: `${id}:${deliveryid}`,
        ...optional,
      },
      payload,
    };
    await publisher.publish(event).catch((error: unknown) => {
      throw toPublishError(error);
    });
    return { data: { message: 'The test event was published', eventId, providerDeliveryId: deliveryid } };
  });
}

/** Whose samples are meant; undefined: GitHub's, whose events are made for each type and action. */
function providerOf(eventType: string): Provider | undefined {
  const [name] = eventType.split('.');
  const provider = name === eventType ? undefined : getProvider(name ?? '');
  return provider?.id === 'github' ? undefined : provider;
}

function ofGithub(
  {
    eventType,
    repository = 'test/repo',
    action: wanted,
  }: { eventType: string; repository?: string; action?: string },
  now: string,
): MadeUp {
  const name = nameOf(eventType);
  const { action, payload } = makeGithubExample({ event: name, repository, action: wanted, now });
  return {
    type: [PREFIX + name, ...(action === undefined ? [] : [action])].join('.'),
    source: `/github/${repository}`,
    subject: repository,
    repository,
    ...(action === undefined ? {} : { action }),
    payload: Buffer.from(JSON.stringify(payload)),
  };
}

/** @throws ApiError `invalid_request` */
function ofSamples(provider: Provider, eventType: string): MadeUp {
  const type = `${provider.id}${eventType.slice(eventType.indexOf('.'))}`;
  const types = new Set<string>();
  for (const sample of listSamples(provider.id)) {
    for (const made of eventsOfSample(provider, sample)) {
      types.add(made.type);
      if (made.type !== type) continue;
      const { source, subject, action, repository, payload } = made;
      return { type, source, payload, ...present({ subject, action, repository }) };
    }
  }
  if (types.size === 0) throw refuse(`is of ${provider.name}, of which there are no samples.`);
  const nearest = nearestNames(type, types);
  const others = nearest.length > 0 ? nearest : [...types].slice(0, MAX_LISTED);
  throw refuse(`has no sample. There is one of ${others.join(', ')}.`);
}

function present(
  members: Record<'subject' | 'action' | 'repository', string | undefined>,
): Pick<MadeUp, 'subject' | 'action' | 'repository'> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** The name of an event of GitHub's, with or without `github.`. @throws ApiError `invalid_request` */
function nameOf(eventType: string): string {
  const name = eventType.startsWith(PREFIX) ? eventType.slice(PREFIX.length) : eventType;
  if (NAMES.has(name)) return name;
  const [event = '', action] = name.split('.');
  const nearest = nearestNames(name, NAMES);
  const suggestion =
    action !== undefined && NAMES.has(event)
      ? `did you mean ${event} with the action ${action}, which has a field of its own?`
      : nearest.length > 0
        ? `did you mean ${nearest.join(' or ')}?`
        : 'there are push, workflow_job, pull_request, issues and more.';
  throw refuse(
    `is no event of GitHub: ${suggestion} GET /api/webhooks/events?provider=github lists all. Of another provider the type begins with its id, such as stripe.customer.created.`,
  );
}

function refuse(words: string): ApiError {
  const problem = { path: 'body/eventType', message: words };
  return new ApiError('invalid_request', {
    message: `${problem.path} ${problem.message}`,
    details: [problem],
  });
}
