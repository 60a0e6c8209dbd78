import {
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

/** A filter with everything in it decided: who may see what, and which names of types are meant. */
export interface CompiledFeedFilter {
  /** The tenant as a subject token; undefined: all of them, for operators. Set by the server, never by the client. */
  tenant: string | undefined;
  /** Undefined: any. */
  provider: string | undefined;
  /** `org/repo`, `org/*` or `*`; never empty. */
  repositories: readonly string[];
  /** Names as namesOfEventType has them; never empty. */
  typeNames: readonly string[];
}

/** A refusal that is answered with an `error` message; the connection goes on. */
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
    throw new FeedError('forbidden', 'Your key may not follow the events of another userId');
  }
  const tenant = tenantToRead(principal, filter.userId);
  const repositories = withoutRepeats(toList(filter.repository));
  const typeNames = withoutRepeats(toList(filter.eventType).map(nameOfPattern));
  if (repositories.length * typeNames.length > FEED_LIMITS.filterCombinations) {
    throw new FeedError(
      'filter_too_large',
      `This filter has ${repositories.length} repositories × ${typeNames.length} event types, the limit is ${FEED_LIMITS.filterCombinations}: use wider patterns, or several subscriptions`,
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

/** `*` takes in all others. */
function withoutRepeats(values: string[]): string[] {
  return values.includes(ANY) ? [ANY] : [...new Set(values)];
}

type Matched = Pick<EventAttributes, 'tenant' | 'provider' | 'repository' | 'type'>;

/** Whether one event is what one filter wants. For one subscription; for all of them there is the index. */
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
