import { expect, test } from 'vitest';
import { feedEvent } from '../../fixtures/feed-event.ts';
import { plain } from '../terminal/paint.ts';
import { describeForwarding, hasFailed } from './describe-forwarding.ts';
import type { Forwarding } from './forwarder.ts';
import type { LocalResult } from './send-local.ts';
import { readTargets } from './targets.ts';

const RECEIVED = Date.parse('2026-12-01T12:00:00Z');
const answer = (status: number, body = ''): LocalResult => ({
  kind: 'answered',
  status,
  headers: [],
  body: Buffer.from(body),
  isCut: false,
  durationMs: 42.6,
});

function forwarding(result: LocalResult, ageSeconds = 0, withheld: readonly string[] = []): Forwarding {
  return {
    event: feedEvent({ receivedAt: new Date(RECEIVED).toISOString() }),
    cursor: undefined,
    target: readTargets(['4000'])[0],
    state: 'done',
    attempts: 1,
    original: {
      method: 'POST',
      pathSuffix: '',
      query: '',
      headers: [],
      body: Buffer.alloc(0),
      calledUrl: undefined,
      isProviders: true,
      withheld,
    },
    request: {
      method: 'POST',
      url: 'http://localhost:4000/',
      headers: [],
      body: Buffer.alloc(0),
      signedAtSeconds: RECEIVED / 1_000 + ageSeconds,
    },
    result,
  };
}
const lineOf = (each: Forwarding) => describeForwarding(each, plain);

test('a line has the type, the repository, the answer and the id', () => {
  expect(lineOf(forwarding(answer(200)))).toMatch(
    /^[\d:.]+ {2}github\.push {2}acme\/api {2}→ 200 {2}43 ms {2}evt_\w+$/,
  );
});

test('a failure has the first line of the answer, without its control characters', () => {
  expect(lineOf(forwarding(answer(500, 'boom\u001b[2J\nat x.js')))).toMatch(/boom\\u001b\[2J$/);
  expect(lineOf(forwarding({ kind: 'timeout', message: 'no answer within 30 s', durationMs: 1 }))).toMatch(
    /→ no answer {2}evt_\w+ {2}no answer within 30 s$/,
  );
});

test('a refusal of an old event, and of one without its secret headers, says what may be the reason', () => {
  expect(lineOf(forwarding(answer(401, 'bad signature'), 3_600))).toMatch(
    /bad signature \(the event is 60 minutes old: the provider's signature may have expired\)$/,
  );
  expect(lineOf(forwarding(answer(401, 'bad signature'), 10))).toMatch(/bad signature$/);
  expect(lineOf(forwarding(answer(403, 'who?'), 0, ['x-gitlab-token']))).toMatch(
    /who\? \(not forwarded, because they are secrets: x-gitlab-token; a key with the scope sources:write gets them\)$/,
  );
  expect(lineOf(forwarding(answer(500, 'boom'), 3_600))).toMatch(/boom$/);
});

test('only an answer with 2xx is a success', () => {
  expect([200, 204, 299, 301, 404, 500].map((status) => hasFailed(forwarding(answer(status))))).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
});
