import { countNouns } from '@hookline/contracts';
import { safeLine } from '../../terminal/safe-text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

import { describeState } from '../describe-state.ts';
import type { Forwarding } from '../forwarder.ts';
import type { Reporter } from '../reporter.ts';
import { LiveRegion } from './live-region.ts';
import { type KeyAction, readKeys } from './read-keys.ts';
import { renderView } from './render-view.ts';
import { createViewState, moveSelection, selectedEntry, showEntry } from './view-state.ts';

/** What the keys do. */
export interface ViewActions {
  /** Sends an event once more to the local server. */
  again(forwarding: Forwarding): void;
  open(forwarding: Forwarding): void;
  /** The request to the local server as a curl command. */
  curlOf(forwarding: Forwarding): string | undefined;
  setPaused(isPaused: boolean): void;
  quit(): void;
}

const PAGE = 10;
/** The view is drawn at most this often. */
const FRAME_MS = 50;

/** A list that answers to keys, at the end of the terminal. */
export function createInteractiveReporter(
  terminal: Terminal,
  { showSkipped, showResponse }: { showSkipped: boolean; showResponse: boolean },
  actions: ViewActions,
): Reporter {
  const state = createViewState();
  state.showsDetails = showResponse;
  const region = new LiveRegion((text) => terminal.out(text));
  const above: string[] = [];
  let timer: NodeJS.Timeout | undefined;

  const draw = () => {
    timer = undefined;
    region.show(renderView(state, terminal.size(), terminal.paintOut), above.splice(0));
  };
  const drawSoon = () => {
    timer ??= setTimeout(draw, FRAME_MS);
  };

  function act(action: KeyAction): void {
    const selected = selectedEntry(state);
    state.message = '';
    switch (action) {
      case 'down':
        moveSelection(state, 1);
        return;
      case 'up':
        moveSelection(state, -1);
        return;
      case 'page-down':
        moveSelection(state, PAGE);
        return;
      case 'page-up':
        moveSelection(state, -PAGE);
        return;
      case 'newest':
        state.selected = undefined;
        return;
      case 'details':
        state.showsDetails = !state.showsDetails;
        return;
      case 'failures':
        state.onlyFailures = !state.onlyFailures;
        return;
      case 'pause':
        state.isPaused = !state.isPaused;
        actions.setPaused(state.isPaused);
        return;
      case 'quit':
        actions.quit();
        return;
      case 'again':
        if (selected?.target === undefined) state.message = 'There is no event to send.';
        else actions.again(selected);
        return;
      case 'open':
        if (selected !== undefined) actions.open(selected);
        return;
      case 'curl': {
        const curl = selected === undefined ? undefined : actions.curlOf(selected);
        if (curl === undefined) state.message = 'There is no request yet.';
        else above.push(...curl.split('\n'));
        return;
      }
    }
  }

  const stopKeys = terminal.onKeys((keys) => {
    for (const action of readKeys(keys)) act(action);
    drawSoon();
  });
  const stopResize = terminal.onResize(() => {
    region.forget();
    drawSoon();
  });
  drawSoon();

  return {
    note(text) {
      above.push(...text.split('\n'));
      drawSoon();
    },
    state(reader) {
      state.feed = reader.status === 'live' ? 'live' : describeState(reader);
      state.isLive = reader.status === 'live';
      drawSoon();
    },
    change(forwarding) {
      showEntry(state, forwarding, showSkipped);
      drawSoon();
    },
    holding(host, held, reason) {
      state.holding =
        held === 0
          ? undefined
          : `${host} refuses; holding ${countNouns(held, 'event')} (${safeLine(reason)})`;
      drawSoon();
    },
    close() {
      clearTimeout(timer);
      stopKeys();
      stopResize();
      draw();
      region.close();
    },
  };
}
