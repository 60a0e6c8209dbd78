import { useSyncExternalStore } from 'react';

/** Times of day are shown in the zone of the browser, or in UTC. */
export type Zone = 'local' | 'utc';

const STORED_AS = 'hookline.zone';
const listeners = new Set<() => void>();
let zone: Zone = readStored();

function readStored(): Zone {
  try {
    return localStorage.getItem(STORED_AS) === 'utc' ? 'utc' : 'local';
  } catch {
    return 'local';
  }
}

export function setZone(next: Zone): void {
  zone = next;
  try {
    localStorage.setItem(STORED_AS, next);
  } catch {
    // The browser keeps nothing: the choice lasts until the page is closed.
  }
  for (const listener of listeners) listener();
}

export function useZone(): Zone {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => zone,
  );
}
