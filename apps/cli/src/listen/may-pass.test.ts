import { ConnectionFailed, HooklineError } from '@hookline/client';
import { expect, test } from 'vitest';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { mayPass } from './may-pass.ts';

const withStatus = (status: number) =>
  new CliError(EXIT.error, 'x', { cause: new HooklineError('unknown', 'x', { status }) });

test('an event is held while the reason is not the event, and given up when it is', () => {
  const away = new CliError(EXIT.unreachable, 'x', { cause: new ConnectionFailed('connection_failed', 'x') });
  for (const error of [away, ...[401, 403, 408, 429, 502, 503, 504].map(withStatus)])
    expect(mayPass(error, 1_000)).toBe(true);
  for (const error of [withStatus(404), withStatus(400), new Error('x'), 'x'])
    expect(mayPass(error, 1)).toBe(false);
});

test('a request that the gateway fails to read does not hold back the others for ever', () => {
  expect([1, 4, 5].map((attempt) => mayPass(withStatus(500), attempt))).toEqual([true, true, false]);
});
