import { expect, test } from 'vitest';
import type { AttemptErrorCode } from '../delivery/attempt-errors.ts';
import type { AttemptRecord, Outcome } from '../delivery/outcome.ts';
import { signalOf } from './signal-of.ts';

const signalFrom = (
  attempt: Pick<Partial<AttemptRecord>, 'responseCode' | 'responseHeaders' | 'responseEnd'> & {
    errorCode?: AttemptErrorCode;
  },
) => signalOf({ attempt: { startedAtMs: 0, durationMs: 0, ...attempt } } as unknown as Outcome);

test('a receiver that refuses for load or answers too late is strained, one that cannot be reached is unreachable', () => {
  for (const responseCode of [429, 502, 503, 504])
    expect(signalFrom({ responseCode, errorCode: 'http_error' }).condition).toBe('strained');
  expect(signalFrom({ errorCode: 'timeout' }).condition).toBe('strained');
  expect(signalFrom({ responseCode: 200, responseEnd: 'timeout' }).condition).toBe('strained');
  for (const errorCode of ['connection_refused', 'connection_reset', 'dns_error', 'tls_error'] as const)
    expect(signalFrom({ errorCode }).condition).toBe('unreachable');
});

test("any other answer shows that the receiver is available, and so does an error of Hookline's own", () => {
  for (const responseCode of [400, 401, 404, 410, 500])
    expect(signalFrom({ responseCode, errorCode: 'http_error' }).condition).toBe('answered');
  expect(signalFrom({ errorCode: 'address_not_allowed' }).condition).toBe('answered');
  expect(signalFrom({ responseCode: 204 }).condition).toBe('good');
  expect(signalOf({ attempt: undefined } as unknown as Outcome).condition).toBe('not_sent');
});

test('a Retry-After with 429 or 503 pauses the lane, with another status it does not', () => {
  const responseHeaders = { 'retry-after': '30' };
  for (const responseCode of [429, 503])
    expect(signalFrom({ responseCode, responseHeaders, errorCode: 'http_error' }).pauseMs).toBe(30_000);
  expect(signalFrom({ responseCode: 500, responseHeaders, errorCode: 'http_error' }).pauseMs).toBeUndefined();
  expect(signalFrom({ responseCode: 429, errorCode: 'http_error' }).pauseMs).toBeUndefined();
});
