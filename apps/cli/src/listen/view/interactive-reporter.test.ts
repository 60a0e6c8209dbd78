import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { feedEvent } from '../../../fixtures/feed-event.ts';
import { recordingTerminal } from '../../../fixtures/recording-terminal.ts';
import type { Forwarding } from '../forwarder.ts';
import { readTargets } from '../targets.ts';
import { createInteractiveReporter } from './interactive-reporter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const [target] = readTargets(['4000']);
const forwarding = (): Forwarding => ({
  event: feedEvent(),
  cursor: undefined,
  target,
  state: 'done',
  attempts: 1,
  result: { kind: 'answered', status: 200, headers: [], body: Buffer.alloc(0), isCut: false, durationMs: 43 },
});

function start() {
  const terminal = recordingTerminal({ isTty: true });
  const calls: unknown[] = [];
  const reporter = createInteractiveReporter(
    terminal,
    { showSkipped: false, showResponse: false },
    {
      again: ({ event }) => void calls.push(['again', event.id]),
      open: ({ event }) => void calls.push(['open', event.id]),
      curlOf: () => "curl 'http://localhost:4000/'",
      setPaused: (isPaused) => void calls.push(['paused', isPaused]),
      quit: () => void calls.push(['quit']),
    },
  );
  const frame = () => {
    vi.advanceTimersByTime(100);
    return stripVTControlCharacters(terminal.written.out).replaceAll('\r', '');
  };
  return { terminal, reporter, calls, frame };
}

test('keys act on the selected event', () => {
  const { terminal, reporter, calls, frame } = start();
  reporter.change(forwarding());
  frame();
  terminal.press('roppq');
  const { id } = feedEvent();
  expect(calls).toEqual([['again', id], ['open', id], ['paused', true], ['paused', false], ['quit']]);
  terminal.press('c');
  expect(frame()).toContain("\ncurl 'http://localhost:4000/'\n");
});

test('without an event there is nothing to send', () => {
  const { terminal, calls, frame } = start();
  terminal.press('r');
  expect(frame()).toContain('There is no event to send.');
  expect(calls).toEqual([]);
});

test('the cursor is shown again at the end, and the last state stays on the screen', () => {
  const { terminal, reporter, frame } = start();
  reporter.state({ status: 'live', cursor: 'c' });
  reporter.holding('localhost:4000', 3, 'ECONNREFUSED');
  expect(frame()).toContain('localhost:4000 refuses; holding 3 events');
  reporter.close();
  expect(terminal.written.out).toContain('\u001b[?25l');
  expect(terminal.written.out.endsWith('\u001b[?25h')).toBe(true);
});
