import { hasFailed } from '../describe-forwarding.ts';
import type { Forwarding } from '../forwarder.ts';

/** What the interactive view shows. */
export interface ViewState {
  /** The last events, oldest first. */
  entries: Forwarding[];
  /** The selected event. Undefined: the newest one, whichever it is. */
  selected: Forwarding | undefined;
  onlyFailures: boolean;
  showsDetails: boolean;
  isPaused: boolean;
  /** The state of the feed. */
  feed: string;
  isLive: boolean;
  /** Local servers that refuse, with the number of events that are held for all of them. */
  holding: string | undefined;
  /** The answer to the last key. */
  message: string;
}

/** Events that can be scrolled back to. */
export const MAX_ENTRIES = 1_000;

export function createViewState(): ViewState {
  return {
    entries: [],
    selected: undefined,
    onlyFailures: false,
    showsDetails: false,
    isPaused: false,
    feed: 'connecting …',
    isLive: false,
    holding: undefined,
    message: '',
  };
}

/** Adds an event, or shows again one that has changed. */
export function showEntry(state: ViewState, forwarding: Forwarding, showSkipped: boolean): void {
  if (forwarding.state === 'skipped' && !showSkipped) return;
  if (state.entries.includes(forwarding)) return;
  state.entries.push(forwarding);
  if (state.entries.length <= MAX_ENTRIES) return;
  const [oldest] = state.entries.splice(0, 1);
  if (oldest === state.selected) state.selected = state.entries[0];
}

export const visibleEntries = ({ entries, onlyFailures }: ViewState): Forwarding[] =>
  onlyFailures ? entries.filter(hasFailed) : entries;

export const selectedEntry = (state: ViewState): Forwarding | undefined => {
  const visible = visibleEntries(state);
  return state.selected !== undefined && visible.includes(state.selected) ? state.selected : visible.at(-1);
};

/** Moves the selection. At the newest event it follows the newest one again. */
export function moveSelection(state: ViewState, by: number): void {
  const visible = visibleEntries(state);
  const current = selectedEntry(state);
  if (current === undefined) return;
  const index = Math.min(visible.length - 1, Math.max(0, visible.indexOf(current) + by));
  state.selected = index === visible.length - 1 ? undefined : visible[index];
}
