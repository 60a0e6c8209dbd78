import type { EventAttributes } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createEventFrame } from './event-frame.ts';

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

/** What a socket was sent: one entry a message, its fragments joined. */
function createTarget() {
  const sent: Buffer[] = [];
  let fragments: Buffer[] = [];
  return {
    sent,
    send(data: Buffer | string, { fin, binary }: { fin: boolean; binary: boolean }) {
      expect(binary).toBe(false);
      fragments.push(Buffer.from(data));
      if (!fin) return;
      sent.push(Buffer.concat(fragments));
      fragments = [];
    },
  };
}

const frameOf = (payload: Buffer) => createEventFrame({ attributes, payload }, 7, 'k3-7');

test('the frame has the original bytes of the payload', () => {
  const payload = Buffer.from('{ "big": 9007199254740993,\n "twice": 1, "twice": 2, "é": "\\u00e9" }');
  const target = createTarget();
  frameOf(payload).sendTo(target, ['a']);
  expect(target.sent[0]?.includes(payload)).toBe(true);
  expect(JSON.parse(String(target.sent[0]))).toEqual({
    type: 'event',
    ids: ['a'],
    cursor: 'k3-7',
    event: {
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
    },
  });
});

test('sockets with the same subscription ids get the same buffer', () => {
  const buffers: unknown[] = [];
  const frame = frameOf(Buffer.from('{}'));
  const target = { send: (data: unknown) => void buffers.push(data) };
  frame.sendTo(target, ['a', 'b']);
  frame.sendTo(target, ['a', 'b']);
  expect(buffers[1]).toBe(buffers[0]);
});

test('each socket gets its own set of ids, and the payload is not copied for each set', () => {
  const frame = frameOf(Buffer.from('{"x":1}'));
  const target = createTarget();
  for (let index = 0; index < 30; index++) frame.sendTo(target, [`s${index}`]);
  const messages = target.sent.map((data) => JSON.parse(String(data)));
  expect(messages.map(({ ids }) => ids[0])).toEqual(Array.from({ length: 30 }, (_, index) => `s${index}`));
  expect(messages.every(({ event }) => event.data.x === 1)).toBe(true);
});

test.each([
  ['over 256 KB', Buffer.alloc(256 * 1024 + 1, 0x20)],
  ['kept elsewhere by ingest', Buffer.alloc(0)],
  ['not UTF-8, which would end the connection', Buffer.from([0x22, 0xff, 0x22])],
])('a payload that is %s is left out, and the frame says so', (_, payload) => {
  const target = createTarget();
  frameOf(payload).sendTo(target, ['a']);
  const { event } = JSON.parse(String(target.sent[0]));
  expect(event.data).toBe(null);
  expect(event.dataOmitted).toBe(true);
});
