import type { FeedEvent, FeedFilter, ReceivedEvent } from '@hookline/contracts';
import { createEventTypeMatcher, timeOfId } from '@hookline/contracts';
import type { Gateway } from '../gateway/gateway.ts';

/** Events of a feed that are read from the API, because the feed itself no longer goes back so far. */
export interface MissedEvents {
  /** Oldest first. */
  events: readonly FeedEvent[];
  /** Whether there are more, older ones. */
  isCut: boolean;
}

/** So many events are held in memory at most. */
const MAX_MISSED = 10_000;
const PAGE = 500;
/** Replicas give ids by their own clocks: an event with a slightly older id may have been stored later. */
const CLOCK_MARGIN_MS = 5_000;

/** Reads the events that match any of the filters and came after an event, or after a time. */
export async function readMissed(
  gateway: Gateway,
  filters: readonly FeedFilter[],
  after: { eventId: string } | { timeMs: number },
): Promise<MissedEvents> {
  const sinceMs = 'timeMs' in after ? after.timeMs : (timeOfId(after.eventId) ?? 0) - CLOCK_MARGIN_MS;
  const found = new Map<string, FeedEvent>();
  let isCut = false;
  for (const filter of filters) {
    const isWanted = createFeedMatcher(filter);
    let cursor: string | undefined;
    do {
      const { data, page } = await gateway.call('listEvents', {
        query: { ...narrow(filter), limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
      });
      const recent = data.filter(({ id }) => (timeOfId(id) ?? 0) >= sinceMs);
      for (const event of recent) if (isWanted(event)) found.set(event.id, toFeedEvent(event));
      if (found.size > MAX_MISSED) isCut = true;
      // A page without any event is one whose events do not match: the search goes on at its cursor.
      cursor = recent.length < data.length || isCut ? undefined : (page.nextCursor ?? undefined);
    } while (cursor !== undefined);
  }
  const events = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { events: events.slice(-MAX_MISSED), isCut };
}

/** The conditions of a filter that the list can apply by itself: one value each. */
function narrow({ userId, provider, repository, eventType }: FeedFilter) {
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(provider === undefined ? {} : { provider }),
    ...(typeof repository === 'string' && !repository.includes('*') ? { repository } : {}),
    ...(typeof eventType === 'string' ? { eventType } : {}),
  };
}

/** Whether an event matches a filter of the feed. */
export function createFeedMatcher(filter: FeedFilter): (event: ReceivedEvent) => boolean {
  const types = [filter.eventType ?? []].flat();
  const repositories = [filter.repository ?? []].flat();
  const { matches } = createEventTypeMatcher(types);
  return ({ type, repository, provider, userId }) =>
    (types.length === 0 || matches(type)) &&
    (repositories.length === 0 || repositories.some((pattern) => matchesRepository(pattern, repository))) &&
    (filter.provider === undefined || filter.provider === provider) &&
    (filter.userId === undefined || filter.userId === userId);
}

/** `org/repo`, `org/*` for every repository below `org/`, or `*`. */
function matchesRepository(pattern: string, repository: string | null): boolean {
  if (pattern === '*') return true;
  if (repository === null) return false;
  return pattern.endsWith('/*') ? repository.startsWith(pattern.slice(0, -1)) : repository === pattern;
}

function toFeedEvent(event: ReceivedEvent): FeedEvent {
  const { id, type, source, subject, time, userId, provider, action, repository, providerDeliveryId } = event;
  return {
    id,
    type,
    source,
    time,
    userId,
    provider,
    receivedAt: event.receivedAt,
    via: event.via,
    ...(subject === null ? {} : { subject }),
    ...(action === null ? {} : { action }),
    ...(repository === null ? {} : { repository }),
    ...(providerDeliveryId === null ? {} : { providerDeliveryId }),
    data: null,
    dataOmitted: true,
  };
}
