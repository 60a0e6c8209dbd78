import type { FeedSession } from './feed-session.ts';

/** Pings sessions at an interval. */
export interface PingWheel {
  add(session: FeedSession): void;
  remove(session: FeedSession): void;
  stop(): void;
}

export interface PingWheelOptions {
  intervalMs: number;
  /** How long a client has to answer; undefined: it cannot answer. */
  answerTimeoutMs?: number | undefined;
}

/**
 * Spreads the pings over the interval, so that 10,000 clients are not pinged at the same moment. Each session has a place
 * on a wheel that turns once an interval.
 */
export function createPingWheel({ intervalMs, answerTimeoutMs }: PingWheelOptions): PingWheel {
  const stepMs = Math.min(1_000, intervalMs / 10);
  const wheel = Array.from({ length: Math.ceil(intervalMs / stepMs) }, () => new Set<FeedSession>());
  const answerSteps =
    answerTimeoutMs === undefined
      ? undefined
      : Math.min(wheel.length - 1, Math.ceil(answerTimeoutMs / stepMs));
  const places = new Map<FeedSession, Set<FeedSession>>();
  let step = 0;
  let nextPlace = 0;

  const at = (index: number) => wheel[(index + wheel.length) % wheel.length] as Set<FeedSession>;
  const timer = setInterval(() => {
    step = (step + 1) % wheel.length;
    if (answerSteps !== undefined) for (const session of at(step - answerSteps)) session.checkAlive();
    for (const session of at(step)) session.ping();
  }, stepMs);

  return {
    add(session) {
      const place = at(nextPlace++ % wheel.length);
      place.add(session);
      places.set(session, place);
    },
    remove(session) {
      places.get(session)?.delete(session);
      places.delete(session);
    },
    stop: () => clearInterval(timer),
  };
}
