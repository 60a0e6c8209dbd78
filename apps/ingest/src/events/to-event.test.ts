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

test('the event’s time is the sender’s time, or else the time of receipt', () => {
  expect(toEvent('evt_1', draft).attributes.time).toBe('2026-01-31T12:00:00.000Z');
  const timeMs = Date.UTC(2020, 1, 1);
  expect(toEvent('evt_1', { ...draft, timeMs }).attributes.time).toBe('2020-02-01T00:00:00.000Z');
});

test('a sender’s time of more than a day in the future is replaced by the time of receipt', () => {
  const day = 86_400_000;
  const timeOf = (timeMs: number) => toEvent('evt_1', { ...draft, timeMs }).attributes.time;
  expect(timeOf(RECEIVED + day)).toBe('2026-02-01T12:00:00.000Z');
  expect(timeOf(RECEIVED + day + 1)).toBe('2026-01-31T12:00:00.000Z');
});

test('attributes without a known value are absent', () => {
  const { attributes } = toEvent('evt_1', draft);
  expect(Object.keys(attributes)).not.toContain('subject');
  expect(Object.keys(attributes)).not.toContain('deliveryid');
  expect(attributes.traceparent).toMatch(/^00-/);
});
