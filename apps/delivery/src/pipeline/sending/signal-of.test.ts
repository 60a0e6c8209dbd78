import { expect, test } from 'vitest';
import type { AttemptErrorCode } from '../delivery/attempt-errors.ts';
import type { AttemptRecord, Outcome } from '../delivery/outcome.ts';
import { signalOf } from './signal-of.ts';

const signOf = (
  attempt: Pick<Partial<AttemptRecord>, 'responseCode' | 'responseHeaders' | 'responseEnd'> & {
    errorCode?: AttemptErrorCode;
  },
) => signalOf({ attempt: { startedAtMs: 0, durationMs: 0, ...attempt } } as unknown as Outcome);

test('what refuses for load or does not answer in time is strained, what cannot be reached is away', () => {
  for (const responseCode of [429, 502, 503, 504])
    expect(signOf({ responseCode, errorCode: 'http_error' }).sign).toBe('strained');
  expect(signOf({ errorCode: 'timeout' }).sign).toBe('strained');
  expect(signOf({ responseCode: 200, responseEnd: 'timeout' }).sign).toBe('strained');
  for (const errorCode of ['connection_refused', 'connection_reset', 'dns_error', 'tls_error'] as const)
    expect(signOf({ errorCode }).sign).toBe('unreachable');
});

test('any other answer shows that the receiver is there, and an error of our own says nothing against it', () => {
  for (const responseCode of [400, 401, 404, 410, 500])
    expect(signOf({ responseCode, errorCode: 'http_error' }).sign).toBe('answered');
  expect(signOf({ errorCode: 'address_not_allowed' }).sign).toBe('answered');
  expect(signOf({ responseCode: 204 }).sign).toBe('good');
  expect(signalOf({ attempt: undefined } as unknown as Outcome).sign).toBe('not_sent');
});

test('Retry-After of a 429 or 503 asks for a pause, that of another answer does not', () => {
  const responseHeaders = { 'retry-after': '30' };
  for (const responseCode of [429, 503])
    expect(signOf({ responseCode, responseHeaders, errorCode: 'http_error' }).pauseMs).toBe(30_000);
  expect(signOf({ responseCode: 500, responseHeaders, errorCode: 'http_error' }).pauseMs).toBeUndefined();
  expect(signOf({ responseCode: 429, errorCode: 'http_error' }).pauseMs).toBeUndefined();
});
