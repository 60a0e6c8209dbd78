import { expect, test } from 'vitest';
import type { EventRow } from './event-row.ts';
import { prependLive } from './prepend-live.ts';

const row = (number: number): EventRow => ({
  id: `evt_${String(number).padStart(6, '0')}`,
  type: 'order.paid',
  provider: 'app',
  source: '/app',
  subject: null,
  repository: null,
  action: null,
  userId: 'acme',
  receivedAt: '2026-03-01T12:00:00.000Z',
  via: 'api',
});
const idsOf = (rows: readonly EventRow[]) => rows.map(({ id }) => Number(id.slice(4)));

test('an event of the live feed is shown once, also when the list has it already', () => {
  const listed = [row(2), row(1)];
  expect(idsOf(prependLive([row(4), row(3), row(2)], listed))).toEqual([4, 3, 2, 1]);
  expect(prependLive([row(2)], listed)).toBe(listed);
});
