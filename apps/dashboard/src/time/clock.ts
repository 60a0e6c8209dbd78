import { useSyncExternalStore } from 'react';

/** How often relative times are written again. */
const TICK_MS = 1_000;

type Listener = () => void;

const listeners = new Set<Listener>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  if (document.visibilityState === 'hidden') return;
  now = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(tick, TICK_MS);
    document.addEventListener('visibilitychange', tick);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    document.removeEventListener('visibilitychange', tick);
  };
}

/** The time of day in ms, as it is now. In what is rendered, use `useFromNow`. */
export const readTimeMs = (): number => Date.now();

/**
 * What `derive` makes of the time. All parts share one timer, which rests while the page is hidden. The part is rendered again only when the result changes, so that a list of a thousand
 * relative times costs a thousand comparisons a second and few renders.
 */
export const useFromNow = <Value extends string | number | boolean>(
  derive: (nowMs: number) => Value,
): Value => useSyncExternalStore(subscribe, () => derive(now));
