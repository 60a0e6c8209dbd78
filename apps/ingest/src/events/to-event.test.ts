import { expect, test } from 'vitest';
import { type EventDraft, toEvent } from './to-event.ts';

const RECEIVED = Date.UTC(2026, 0, 31, 12);
const draft: EventDraft = {
  type: 'github.push',
  source: '/github/acme/api',
  tenant: 'acme',
  provider: 'github',
  via: 'webhook',
  dedupeKey: 'github:1',
  traceparent: undefined,
  receivedAtMs: RECEIVED,
  payload: Buffer.from('{}'),
};

test('the time is the sender’s, else that of receipt', () => {
  expect(toEvent('evt_1', draft).attributes.time).toBe('2026-01-31T12:00:00.000Z');
  const timeMs = Date.UTC(2020, 1, 1);
  expect(toEvent('evt_1', { ...draft, timeMs }).attributes.time).toBe('2020-02-01T00:00:00.000Z');
});

test('a time more than a day in the future is not believed', () => {
  const day = 86_400_000;
  const timeOf = (timeMs: number) => toEvent('evt_1', { ...draft, timeMs }).attributes.time;
  expect(timeOf(RECEIVED + day)).toBe('2026-02-01T12:00:00.000Z');
  expect(timeOf(RECEIVED + day + 1)).toBe('2026-01-31T12:00:00.000Z');
});

test('attributes that nothing is known of are absent', () => {
  const { attributes } = toEvent('evt_1', draft);
  expect(Object.keys(attributes)).not.toContain('subject');
  expect(Object.keys(attributes)).not.toContain('deliveryid');
  expect(attributes.traceparent).toMatch(/^00-/);
});
