import {
  countNouns,
  type EventAttributes,
  FEED_LIMITS,
  type FeedErrorCode,
  type FeedFilter,
  nameOfPattern,
  namesOfEventType,
  type Principal,
  tenantToRead,
  toSubjectToken,
} from '@hookline/contracts';

/** A filter with the tenant that its events must have and the names of its event types. */
export interface CompiledFeedFilter {
  /** The tenant as a subject token; undefined: all tenants, for operators. The server sets it, never the client. */
  tenant: string | undefined;
  /** undefined: any provider */
  provider: string | undefined;
  /** `org/repo`, `org/*` or `*`; never empty. */
  repositories: readonly string[];
  /** Names as in namesOfEventType; never empty. */
  typeNames: readonly string[];
}

/** An error that is answered with an `error` message. The connection stays open. */
export class FeedError extends Error {
  override readonly name = 'FeedError';
  readonly code: FeedErrorCode;

  constructor(code: FeedErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

const ANY = '*';

/** @throws FeedError `forbidden`, `filter_too_large` */
export function compileFeedFilter(filter: FeedFilter, principal: Principal): CompiledFeedFilter {
  if (principal.role === 'tenant' && filter.userId !== undefined && filter.userId !== principal.tenant) {
    throw new FeedError(
      'forbidden',
      'userId must be your own: your key has no access to the events of another user',
    );
  }
  const tenant = tenantToRead(principal, filter.userId);
  const repositories = withoutRepeats(toList(filter.repository));
  const typeNames = withoutRepeats(toList(filter.eventType).map(nameOfPattern));
  if (repositories.length * typeNames.length > FEED_LIMITS.filterCombinations) {
    throw new FeedError(
      'filter_too_large',
      `This filter has ${countNouns(repositories.length, 'repository', 'repositories')} × ${countNouns(typeNames.length, 'event type')}, the limit is ${FEED_LIMITS.filterCombinations}: use wider patterns, or several subscriptions`,
    );
  }
  return {
    tenant: tenant === undefined ? undefined : toSubjectToken(tenant),
    provider: filter.provider,
    repositories,
    typeNames,
  };
}

function toList(value: string | string[] | undefined): string[] {
  if (value === undefined) return [ANY];
  return typeof value === 'string' ? [value] : value;
}

/** `*` covers all other names. */
function withoutRepeats(values: string[]): string[] {
  return values.includes(ANY) ? [ANY] : [...new Set(values)];
}

type Matched = Pick<EventAttributes, 'tenant' | 'provider' | 'repository' | 'type'>;

/** Whether an event matches a filter. For many subscriptions there is the index. */
export function matchesFeedFilter(filter: CompiledFeedFilter, event: Matched): boolean {
  return (
    (filter.tenant === undefined || filter.tenant === toSubjectToken(event.tenant)) &&
    (filter.provider === undefined || filter.provider === event.provider) &&
    filter.repositories.some((repository) => matchesRepository(repository, event.repository)) &&
    namesOfEventType(event.type).some((name) => filter.typeNames.includes(name))
  );
}

function matchesRepository(pattern: string, repository: string | undefined): boolean {
  if (pattern === ANY) return true;
  if (repository === undefined) return false;
  if (pattern.endsWith('/*')) return repository.startsWith(pattern.slice(0, -1));
  return pattern === repository;
}
