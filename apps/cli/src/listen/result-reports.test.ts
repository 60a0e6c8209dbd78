import { ConnectionFailed, HooklineError } from '@hookline/client';
import type { LocalResult } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { feedEvent } from '../../fixtures/feed-event.ts';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Forwarding } from './forwarder.ts';
import { ResultReports } from './result-reports.ts';
import type { LocalResult as SentResult } from './send-local.ts';

interface Call {
  reporter: string;
  results: readonly LocalResult[];
}

/** Reports to a gateway whose answers are scripted: the ids that it does not know, or an error. */
function start(answer: (call: Call, number: number) => readonly string[] | Error = () => []) {
  const calls: Call[] = [];
  const notes: string[] = [];
  const gateway = {
    call: (name: string, { body }: { body: Call }) => {
      expect(name).toBe('reportLocalResults');
      calls.push(body);
      const outcome = answer(body, calls.length);
      return outcome instanceof Error
        ? Promise.reject(outcome)
        : Promise.resolve({ data: { stored: body.results.length - outcome.length, missing: outcome } });
    },
  } as unknown as Gateway;
  const reports = new ResultReports({
    gateway,
    reporter: 'laptop',
    onNote: (text) => notes.push(text),
    intervalMs: 1,
  });
  const add = (id: string, result: NonNullable<Forwarding['result']> = answered(200)) =>
    reports.add({
      event: feedEvent({ id }),
      cursor: undefined,
      target: undefined,
      state: 'done',
      attempts: 1,
      result,
    });
  return { reports, add, calls, notes, sent: () => calls.flatMap(({ results }) => results) };
}

const answered = (status: number, body: string | Uint8Array = ''): SentResult => ({
  kind: 'answered',
  status,
  headers: [],
  body: Buffer.from(body),
  isCut: false,
  durationMs: 41.4,
});
const eventually = <T>(read: () => T) => expect.poll(read, { timeout: 60_000 });
const idsOf = (results: readonly LocalResult[]) => results.map(({ eventId }) => eventId);
const failure = (status: number, code: 'unavailable' | 'scope_missing') =>
  new CliError(EXIT.error, `it answered ${status}`, { cause: new HooklineError(code, 'x', { status }) });

test('results that come together are reported in one call, under the name of the machine', async () => {
  const { reports, add, calls } = start();
  add('a', answered(200, 'ok'));
  add('b', { kind: 'timeout', message: 'no answer within 30 s', durationMs: 30_000 });
  await reports.end(60_000);
  expect(calls).toEqual([
    {
      reporter: 'laptop',
      results: [
        { eventId: 'a', durationMs: 41, status: 200, detail: 'ok' },
        { eventId: 'b', durationMs: 30_000, error: 'timeout', detail: 'no answer within 30 s' },
      ],
    },
  ]);
});

test('results after a call go with the next one, and no call has more than 100', async () => {
  const { reports, add, calls, sent } = start();
  add('first');
  await eventually(() => calls.length).toBe(1);
  const more = Array.from({ length: 250 }, (_, n) => `event ${n}`);
  for (const id of more) add(id);
  await reports.end(60_000);
  expect(idsOf(sent())).toEqual(['first', ...more]);
  for (const { results } of calls) expect(results.length).toBeLessThanOrEqual(100);
});

test('an event that is not stored yet is reported again, and one that never is stored is given up', async () => {
  const { reports, add, calls, sent } = start(({ results }, number) =>
    idsOf(results).filter((id) => id === 'never' || (id === 'late' && number === 1)),
  );
  add('late');
  add('never');
  await eventually(() => calls.length).toBe(10);
  await reports.end(60_000);
  expect(idsOf(sent()).filter((id) => id === 'late')).toHaveLength(2);
  expect(idsOf(sent()).filter((id) => id === 'never')).toHaveLength(10);
});

test('while the gateway is away results wait, and the person is told once', async () => {
  const away = new CliError(EXIT.unreachable, 'it cannot be reached', {
    cause: new ConnectionFailed('connection_failed', 'x'),
  });
  let isAway = true;
  const { reports, add, calls, notes, sent } = start(() => (isAway ? away : []));
  add('a');
  await eventually(() => calls.length > 2).toBe(true);
  add('b');
  isAway = false;
  await reports.end(60_000);
  const reported = sent().slice(-2);
  expect(idsOf(reported)).toEqual(['a', 'b']);
  expect(notes).toEqual(['Results cannot be reported and wait: it cannot be reached']);
});

test('a refusal ends the reports, and not the session', async () => {
  const { reports, add, calls, notes } = start(() => failure(403, 'scope_missing'));
  add('a');
  await eventually(() => notes.length).toBe(1);
  add('b');
  await reports.end(60_000);
  expect(calls).toHaveLength(1);
  expect(notes).toEqual(['Results are no longer reported: it answered 403']);
});

test('at most 1,000 results wait: the oldest are dropped', async () => {
  let isAway = true;
  const { reports, add, notes, sent } = start(() => (isAway ? failure(503, 'unavailable') : []));
  for (let n = 0; n < 1_010; n++) add(String(n));
  expect(notes).toEqual(['More than 1000 results wait to be reported: the oldest are dropped.']);
  await eventually(() => notes.length).toBe(2);
  const before = sent().length;
  isAway = false;
  await reports.end(60_000);
  const reported = new Set(idsOf(sent().slice(before)));
  expect(reported.has('9')).toBe(false);
  expect(reported.has('1009')).toBe(true);
});

test('the end does not wait longer than it may, and says what was not reported', async () => {
  const { reports, add, notes } = start(() => failure(503, 'unavailable'));
  add('a');
  await reports.end(20);
  expect(notes.at(-1)).toBe('1 result was not reported to the gateway.');
});

test('a body is reported as the API takes it: its beginning, and nothing if it is no text', async () => {
  const { reports, add, sent } = start();
  add('long', answered(200, 'é'.repeat(3_000)));
  add('cut', answered(200, `${'x'.repeat(999)}🎉`));
  add('null', answered(200, 'a\0b'));
  add('bytes', answered(200, Uint8Array.of(0xff, 0xfe, 0x00)));
  add('empty', answered(204));
  await reports.end(60_000);
  expect(sent().map(({ detail }) => detail)).toEqual([
    'é'.repeat(1_000),
    `${'x'.repeat(999)}\ufffd`,
    'a\ufffdb',
    undefined,
    undefined,
  ]);
});

test('an event that was not sent to the local server has no result', async () => {
  const { reports, add, calls } = start();
  add('unreadable', { kind: 'unreadable', message: 'gone', durationMs: 0 });
  await reports.end(60_000);
  expect(calls).toEqual([]);
});
