import type { JsMsg } from '@hookline/bus';
import { expect, test } from 'vitest';
import { createRecentEvents } from './recent-events.ts';

const message = (seq: number, bytes = 10): JsMsg => ({
  seq,
  subject: 'events.acme.github.push',
  data: new Uint8Array(bytes),
});

function create(limits: { maxEvents?: number; maxBytes?: number } = {}) {
  const recent = createRecentEvents({ maxEvents: 3, maxBytes: 1_000, onMalformed: () => {}, ...limits });
  recent.restart('k3', 100);
  return recent;
}

const sequencesAfter = (recent: ReturnType<typeof create>, sequence: number) =>
  recent.after(sequence)?.map((event) => event.sequence);

test('the events after a position are held, the oldest are forgotten, and a position before them is not answered', () => {
  const recent = create();
  expect(sequencesAfter(recent, 100)).toEqual([]);
  expect(sequencesAfter(recent, 99)).toBe(undefined);
  for (const sequence of [101, 103, 104]) recent.add(message(sequence));
  expect(sequencesAfter(recent, 100)).toEqual([101, 103, 104]);
  expect(sequencesAfter(recent, 102)).toEqual([103, 104]);
  recent.add(message(105));
  expect(sequencesAfter(recent, 100)).toBe(undefined);
  expect(sequencesAfter(recent, 101)).toEqual([103, 104, 105]);
  expect(sequencesAfter(recent, 105)).toEqual([]);
});

test('the bytes of the messages are bounded, also by one large message', () => {
  const recent = create({ maxEvents: 1_000, maxBytes: 100 });
  for (let sequence = 101; sequence <= 120; sequence++) recent.add(message(sequence, 30));
  expect(sequencesAfter(recent, 117)).toEqual([118, 119, 120]);
  recent.add(message(121, 500));
  expect(sequencesAfter(recent, 120)).toBe(undefined);
  expect(sequencesAfter(recent, 121)).toEqual([]);
});

test('tens of thousands of events pass through without being held', () => {
  const recent = create();
  for (let sequence = 101; sequence <= 30_000; sequence++) recent.add(message(sequence));
  expect(sequencesAfter(recent, 29_997)).toEqual([29_998, 29_999, 30_000]);
});

test('a message that is no event is reported once, and a new stream forgets the old one', () => {
  const malformed: number[] = [];
  const recent = createRecentEvents({
    maxEvents: 3,
    maxBytes: 1_000,
    onMalformed: (_, sequence) => malformed.push(sequence),
  });
  recent.restart('k3', 0);
  const event = recent.add(message(1));
  expect([event.frame, event.frame, event.tenant]).toEqual([undefined, undefined, 'acme']);
  expect(malformed).toEqual([1]);
  recent.restart('k4', 50);
  expect(sequencesAfter(recent, 0)).toBe(undefined);
  expect(sequencesAfter(recent, 50)).toEqual([]);
});
