import { type ApiError, nearestNames } from '@hookline/contracts';
import {
  eventsOfSample,
  GITHUB_EVENT_TYPES,
  getProvider,
  listSamples,
  makeGithubExample,
  type Provider,
} from '@hookline/providers';
import { invalidFields } from '@hookline/service';

const GITHUB = 'github';
const PREFIX = `${GITHUB}.`;
const NAMES: ReadonlySet<string> = new Set(GITHUB_EVENT_TYPES.map((type) => type.slice(PREFIX.length)));
const MAX_LISTED = 10;

export interface ExampleRequest {
  /** GitHub's name of an event, with or without `github.`, or the type of another provider's event. */
  eventType: string;
  /** Of GitHub's events alone, like `action`. */
  repository?: string | undefined;
  action?: string | undefined;
}

/** The parts of an event that differ from example to example. */
export interface Example {
  provider: string;
  type: string;
  source: string;
  subject?: string;
  action?: string;
  repository?: string;
  payload: Uint8Array;
}

/**
 * Makes an example of a provider's event. GitHub's examples are generated, other providers' examples are samples.
 * @throws ApiError `invalid_request` for a type without an example
 */
export function makeExample(request: ExampleRequest, now: string): Example {
  const provider = providerOf(request.eventType);
  return provider === undefined ? makeGithub(request, now) : findSample(provider, request.eventType);
}

/** undefined: GitHub */
function providerOf(eventType: string): Provider | undefined {
  const [name] = eventType.split('.');
  const provider = name === eventType ? undefined : getProvider(name ?? '');
  return provider?.id === GITHUB ? undefined : provider;
}

function makeGithub(
  { eventType, repository = 'test/repo', action: wanted }: ExampleRequest,
  now: string,
): Example {
  const name = readGithubName(eventType);
  const { action, payload } = makeGithubExample({ event: name, repository, action: wanted, now });
  return {
    provider: GITHUB,
    type: [PREFIX + name, ...(action === undefined ? [] : [action])].join('.'),
    source: `/github/${repository}`,
    subject: repository,
    repository,
    ...(action === undefined ? {} : { action }),
    payload: Buffer.from(JSON.stringify(payload)),
  };
}

function findSample(provider: Provider, eventType: string): Example {
  const type = `${provider.id}${eventType.slice(eventType.indexOf('.'))}`;
  const types = new Set<string>();
  for (const sample of listSamples(provider.id)) {
    for (const made of eventsOfSample(provider, sample)) {
      types.add(made.type);
      if (made.type !== type) continue;
      const { source, subject, action, repository, payload } = made;
      return {
        provider: provider.id,
        type,
        source,
        payload,
        ...withoutUndefined({ subject, action, repository }),
      };
    }
  }
  if (types.size === 0)
    throw refuse(`must be of a provider with samples: there are no samples of ${provider.name}.`);
  const nearest = nearestNames(type, types);
  const others = nearest.length > 0 ? nearest : [...types].slice(0, MAX_LISTED);
  throw refuse(`must be a type with a sample, such as ${others.join(', ')}.`);
}

function withoutUndefined(
  members: Record<'subject' | 'action' | 'repository', string | undefined>,
): Pick<Example, 'subject' | 'action' | 'repository'> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function readGithubName(eventType: string): string {
  const name = eventType.startsWith(PREFIX) ? eventType.slice(PREFIX.length) : eventType;
  if (NAMES.has(name)) return name;
  const [event = '', action] = name.split('.');
  const nearest = nearestNames(name, NAMES);
  const suggestion =
    action !== undefined && NAMES.has(event)
      ? `did you mean ${event} with the action ${action}, which is a field of its own?`
      : nearest.length > 0
        ? `did you mean ${nearest.join(' or ')}?`
        : 'such as push, workflow_job, pull_request or issues.';
  throw refuse(
    `must be an event of GitHub: ${suggestion} GET /api/webhooks/events?provider=github lists all of them. The type of another provider's event begins with the provider's id, such as stripe.customer.created.`,
  );
}

const refuse = (message: string): ApiError => invalidFields({ path: 'body/eventType', message });
