import type { EventAttributes } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createEventFrame, eventJson, rawEventJson } from './event-frame.ts';

const attributes: EventAttributes = {
  id: 'evt_1',
  type: 'github.push',
  source: '/github/acme/api',
  time: '2026-01-01T00:00:00.000Z',
  tenant: 'ac"me',
  provider: 'github',
  repository: 'acme/api',
  receivedat: '2026-01-01T00:00:00.100Z',
  via: 'webhook',
  dedupekey: 'secret-of-ours',
};

const frameOf = (payload: Buffer) => createEventFrame({ attributes, payload }, 7, 'k3-7');
const parsed = (json: Buffer) => JSON.parse(json.toString('utf8'));

test('the event has the original bytes of the payload, and no attribute of ours', () => {
  const payload = Buffer.from('{ "big": 9007199254740993,\n "twice": 1, "twice": 2, "é": "\\u00e9" }');
  const json = frameOf(payload).as(eventJson);
  expect(json.includes(payload)).toBe(true);
  expect(parsed(json)).toEqual({
    id: 'evt_1',
    type: 'github.push',
    source: '/github/acme/api',
    time: '2026-01-01T00:00:00.000Z',
    userId: 'ac"me',
    provider: 'github',
    repository: 'acme/api',
    receivedAt: '2026-01-01T00:00:00.100Z',
    via: 'webhook',
    data: JSON.parse(payload.toString()),
  });
});

test('each kind of message is made once, however many clients get it', () => {
  const frame = frameOf(Buffer.from('{}'));
  let made = 0;
  const kind = () => ++made;
  expect([frame.as(kind), frame.as(kind), made]).toEqual([1, 1, 1]);
  const first = frame.as(eventJson);
  expect(frame.as(eventJson)).toBe(first);
});

test.each([
  ['over 256 KB', Buffer.alloc(256 * 1024 + 1, 0x20)],
  ['kept elsewhere by ingest', Buffer.alloc(0)],
  ['not UTF-8, which would end the connection', Buffer.from([0x22, 0xff, 0x22])],
])('a payload that is %s is left out, and the event says so', (_, payload) => {
  const { data, dataOmitted } = parsed(frameOf(payload).as(eventJson));
  expect([data, dataOmitted]).toEqual([null, true]);
});

test('raw has every byte of the payload up to 256 KB, also where it is no UTF-8', () => {
  const payload = Buffer.from([0x22, 0xff, 0x00, 0x22]);
  const { data, raw, dataOmitted } = parsed(frameOf(payload).as(rawEventJson));
  expect([data, Buffer.from(raw, 'base64'), dataOmitted]).toEqual([null, payload, undefined]);
  const large = parsed(frameOf(Buffer.alloc(256 * 1024 + 1, 0x20)).as(rawEventJson));
  expect([large.raw, large.dataOmitted]).toEqual([undefined, true]);
});
