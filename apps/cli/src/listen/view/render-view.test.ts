import { expect, test } from 'vitest';
import { feedEvent } from '../../../fixtures/feed-event.ts';
import { widthOf } from '../../terminal/fit-text.ts';
import { plain } from '../../terminal/paint.ts';
import type { Forwarding } from '../forwarder.ts';
import { readTargets } from '../targets.ts';
import { renderView } from './render-view.ts';
import { createViewState, MAX_ENTRIES, moveSelection, selectedEntry, showEntry } from './view-state.ts';

const [target] = readTargets(['4000']);
const entry = (id: string, status = 200, body = ''): Forwarding => ({
  event: feedEvent({ id }),
  cursor: undefined,
  target,
  state: 'done',
  attempts: 1,
  result: { kind: 'answered', status, headers: [], body: Buffer.from(body), isCut: false, durationMs: 43 },
});

function viewOf(...entries: Forwarding[]) {
  const state = createViewState();
  for (const each of entries) showEntry(state, each, false);
  return state;
}

test('the view is never larger than the terminal, whatever strangers send', () => {
  const hostile = entry('evt_x', 500, `\u001b[2J${'日本'.repeat(200)}\n${'line\n'.repeat(500)}`);
  const state = viewOf(...Array.from({ length: 40 }, (_, n) => entry(`evt_${n}`)), hostile);
  state.message = 'm'.repeat(300);
  for (const showsDetails of [false, true])
    for (const size of [
      { columns: 80, rows: 24 },
      { columns: 20, rows: 6 },
      { columns: 200, rows: 60 },
    ]) {
      state.showsDetails = showsDetails;
      const lines = renderView(state, size, plain);
      expect(lines.length).toBeLessThan(size.rows);
      for (const line of lines) {
        expect(widthOf(line)).toBeLessThanOrEqual(size.columns);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
    }
});

test('the newest event is selected until another one is', () => {
  const state = viewOf(entry('evt_1'), entry('evt_2'));
  expect(selectedEntry(state)?.event.id).toBe('evt_2');
  showEntry(state, entry('evt_3'), false);
  expect(selectedEntry(state)?.event.id).toBe('evt_3');
  moveSelection(state, -1);
  showEntry(state, entry('evt_4'), false);
  expect(selectedEntry(state)?.event.id).toBe('evt_2');
  expect(renderView(state, { columns: 80, rows: 24 }, plain).find((line) => line.startsWith('›'))).toContain(
    'evt_2',
  );
  moveSelection(state, 99);
  showEntry(state, entry('evt_5'), false);
  expect(selectedEntry(state)?.event.id).toBe('evt_5');
});

test('a selected event stays in view among many', () => {
  const state = viewOf(...Array.from({ length: 100 }, (_, n) => entry(`evt_${n}`)));
  moveSelection(state, -99);
  expect(renderView(state, { columns: 80, rows: 24 }, plain).find((line) => line.startsWith('›'))).toContain(
    'evt_0',
  );
});

test('only failures are shown when they are asked for, with the first line of the answer', () => {
  const state = viewOf(entry('evt_1'), entry('evt_2', 500, 'boom\nat x.js'));
  state.onlyFailures = true;
  const lines = renderView(state, { columns: 100, rows: 24 }, plain);
  expect(lines.filter((line) => line.includes('evt_'))).toEqual([
    expect.stringMatching(/→ 500 {2}43 ms.*boom *$/),
  ]);
});

test('a state that is not live is not shown as live', () => {
  const state = viewOf();
  expect(renderView(state, { columns: 80, rows: 24 }, plain).join('\n')).not.toMatch(/ready|live/);
});

test('a bounded number of events is kept', () => {
  const state = viewOf(...Array.from({ length: MAX_ENTRIES + 5 }, (_, n) => entry(`evt_${n}`)));
  expect(state.entries).toHaveLength(MAX_ENTRIES);
  expect(state.entries[0]?.event.id).toBe('evt_5');
});
