import {
  createEndpoint,
  createReplay,
  patchEndpoint,
  replayDeadLetters,
  replayMissed,
  updateEndpoint,
} from '@hookline/contracts';

/** A pattern of event types, and the field that it is in. */
export interface SubscribedPattern {
  path: string;
  pattern: string;
}

type ReadPatterns = (body: unknown) => SubscribedPattern[];

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
const ofBody = single('body/eventType', (body) => body as Selecting | null);

/** Operations of delivery, by id, whose bodies (which are valid) select by event types; ingest knows which there are. */
export const SUBSCRIBED_PATTERNS: ReadonlyMap<string, ReadPatterns> = new Map([
  [createEndpoint.id, listed],
  [updateEndpoint.id, listed],
  [patchEndpoint.id, listed],
  [
    createReplay.id,
    single('body/selection/eventType', (body) => (body as { selection: Selecting }).selection),
  ],
  [replayMissed.id, ofBody],
  [replayDeadLetters.id, ofBody],
]);
