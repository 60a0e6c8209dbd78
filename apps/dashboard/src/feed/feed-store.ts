import type { FeedEvent, FeedState } from '@hookline/client';
import { createRingBuffer } from './ring-buffer.ts';

/** An event of the feed without its payload, so that thousands of them need little memory. */
export type LiveEvent = Omit<FeedEvent, 'data' | 'raw' | 'cursor'>;

/** What the app knows of the feed. A new object after each commit. */
export interface FeedSnapshot {
  status: FeedState['status'];
  /** Why there is no connection, and how long until the next try. */
  reason: string | undefined;
  /** Counts the events that have arrived since the page was loaded. */
  received: number;
  /** Events in the last second. */
  perSecond: number;
  /** Of these, how many are in the buffer. Fewer than `perSecond`: the list shows a sample, and says so. */
  shownPerSecond: number;
  /** Counts the times at which events were missed that the gateway cannot send again. */
  gaps: number;
}

export interface FeedStore {
  subscribe(listener: () => void): () => void;
  getSnapshot(): FeedSnapshot;
  /** The events that are kept, newest first. */
  newest(count: number): LiveEvent[];
  add(event: FeedEvent): void;
  setState(state: FeedState): void;
  noteGap(): void;
  stop(): void;
}

export const KEPT_EVENTS = 5_000;
/** More rows than this in a second nobody reads, and they would cost the page its frames. */
export const SHOWN_PER_SECOND = 200;
/** A hidden page is not painted, so there is no frame to wait for. */
const HIDDEN_COMMIT_MS = 100;

/** Waits for the next frame. Replaced in tests. */
export interface Schedule {
  nextFrame(run: () => void): void;
  everySecond(run: () => void): () => void;
}

const browserSchedule: Schedule = {
  nextFrame(run) {
    if (document.visibilityState === 'hidden') setTimeout(run, HIDDEN_COMMIT_MS);
    else requestAnimationFrame(run);
  },
  everySecond(run) {
    const timer = setInterval(run, 1_000);
    return () => clearInterval(timer);
  },
};

/**
 * Collects the events of the feed. However fast they come, its listeners are called at most once a frame, or ten times a
 * second while the page is hidden.
 */
export function createFeedStore(schedule: Schedule = browserSchedule): FeedStore {
  const buffer = createRingBuffer<LiveEvent>(KEPT_EVENTS);
  const listeners = new Set<() => void>();
  let snapshot: FeedSnapshot = {
    status: 'connecting',
    reason: undefined,
    received: 0,
    perSecond: 0,
    shownPerSecond: 0,
    gaps: 0,
  };
  let changes: Partial<FeedSnapshot> = {};
  let isScheduled = false;
  let received = 0;
  let thisSecond = { received: 0, shown: 0 };

  function change(next: Partial<FeedSnapshot>): void {
    changes = { ...changes, ...next };
    if (isScheduled) return;
    isScheduled = true;
    schedule.nextFrame(commit);
  }

  function commit(): void {
    isScheduled = false;
    snapshot = { ...snapshot, ...changes, received };
    changes = {};
    for (const listener of listeners) listener();
  }

  const stopCounting = schedule.everySecond(() => {
    const { received: perSecond, shown: shownPerSecond } = thisSecond;
    thisSecond = { received: 0, shown: 0 };
    if (perSecond !== snapshot.perSecond || shownPerSecond !== snapshot.shownPerSecond)
      change({ perSecond, shownPerSecond });
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    newest: buffer.newest,
    add({ data: _data, raw: _raw, cursor: _cursor, ...event }) {
      received++;
      thisSecond.received++;
      if (thisSecond.shown < SHOWN_PER_SECOND) {
        thisSecond.shown++;
        buffer.push(event);
      }
      change({});
    },
    setState(state) {
      change({
        status: state.status,
        reason: state.status === 'waiting' || state.status === 'closed' ? state.reason : undefined,
      });
    },
    noteGap() {
      change({ gaps: snapshot.gaps + 1 });
    },
    stop: stopCounting,
  };
}
