import { expect, test } from 'vitest';
import { nextRunAt } from './next-run-at.ts';

test('the next run is after the given time, in UTC', () => {
  expect(nextRunAt('0 * * * *', new Date('2026-03-29T00:59:59.999Z'))).toEqual(
    new Date('2026-03-29T01:00:00Z'),
  );
  expect(nextRunAt('0 * * * *', new Date('2026-03-29T01:00:00Z'))).toEqual(new Date('2026-03-29T02:00:00Z'));
  expect(nextRunAt('17 3 * * *', new Date('2026-12-31T03:17:00Z'))).toEqual(new Date('2027-01-01T03:17:00Z'));
});

test('a cron pattern that is never due is an error', () => {
  expect(() => nextRunAt('0 0 30 2 *', new Date())).toThrow(/never/);
});
