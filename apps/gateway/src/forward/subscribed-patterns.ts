import { EVENT_TYPE_PATTERN, operations, textsOfFilter } from '@hookline/contracts';

/** A pattern of event types and the path of its field. */
export interface SubscribedPattern {
  path: string;
  pattern: string;
}

type ReadPatterns = (body: unknown) => SubscribedPattern[];

const eventTypeRegExp = new RegExp(EVENT_TYPE_PATTERN);
/** How many types of a filter are checked. The event types of an endpoint have the same limit. */
const MAX_PATTERNS = 200;

interface Selecting {
  eventType?: string;
}

const listed: ReadPatterns = (body) =>
  ((body as { events?: string[] }).events ?? []).map((pattern, index) => ({
    path: `body/events/${index}`,
    pattern,
  }));
const single = (path: string, select: (body: unknown) => Selecting | null | undefined): ReadPatterns => {
  return (body) => {
    const pattern = select(body)?.eventType;
    return pattern === undefined ? [] : [{ path, pattern }];
  };
};
/** The types that a filter compares with. Delivery warns of a type with a `*`, so such a type is left out. */
const filtered: ReadPatterns = (body) =>
  textsOfFilter((body as { filter?: unknown } | null)?.filter, 'type', 'body/filter')
    .filter(({ text }) => eventTypeRegExp.test(text))
    .map(({ path, text }) => ({ path, pattern: text }));
const both =
  (a: ReadPatterns, b: ReadPatterns): ReadPatterns =>
  (body) =>
    [...a(body), ...b(body)].slice(0, MAX_PATTERNS);
const ofBody = single('body/eventType', (body) => body as Selecting | null);

/** Reads the patterns of a valid body, by the id of the operation. Ingest knows which event types exist. */
export const SUBSCRIBED_PATTERNS: ReadonlyMap<string, ReadPatterns> = new Map([
  [operations.createEndpoint.id, both(listed, filtered)],
  [operations.updateEndpoint.id, both(listed, filtered)],
  [operations.patchEndpoint.id, both(listed, filtered)],
  [operations.explainEndpoint.id, filtered],
  [
    operations.createReplay.id,
    both(
      single('body/selection/eventType', (body) => (body as { selection: Selecting }).selection),
      filtered,
    ),
  ],
  [operations.replayMissed.id, ofBody],
  [operations.replayDeadLetters.id, both(ofBody, filtered)],
]);
