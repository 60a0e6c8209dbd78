import { countNouns } from '@hookline/contracts';
import { safeLine } from '../terminal/safe-text.ts';
import type { ReaderState } from './feed-reader.ts';

/** The state of the feed in one line. It says `ready` only when events arrive. */
export function describeState(state: ReaderState): string {
  switch (state.status) {
    case 'connecting':
      return 'connecting …';
    case 'live':
      return 'ready: live, events arrive from now on';
    case 'waiting':
      return `disconnected: ${safeLine(state.reason)}; trying again in ${describeMs(state.delayMs)}`;
    case 'catching-up':
      return 'catching up: reading the events since the last position from the API';
    case 'full':
      return `full: ${countNouns(state.held, 'event waits', 'events wait')} for the local server; further ones stay on the gateway`;
    case 'refused':
      return `failed: ${safeLine(state.reason)}`;
  }
}

const describeMs = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
