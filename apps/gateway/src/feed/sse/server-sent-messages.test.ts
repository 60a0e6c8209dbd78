import type { EventAttributes } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createEventFrame } from '../hub/event-frame.ts';
import { formatServerSent, rawServerSentEvent, serverSentEvent } from './server-sent-messages.ts';

const attributes: EventAttributes = {
  id: 'evt_1',
  type: 'github.push',
  source: '/github/acme/api',
  time: '2026-01-01T00:00:00.000Z',
  tenant: 'acme',
  provider: 'github',
  receivedat: '2026-01-01T00:00:00.100Z',
  via: 'webhook',
  dedupekey: 'key',
};
const frameOf = (payload: string) =>
  createEventFrame({ attributes, payload: Buffer.from(payload) }, 7, 'k3-7');

/** Reads messages as the standard says: lines of data are joined by a line feed. */
function read(text: string) {
  const blocks = text.split('\n\n').slice(0, -1);
  return blocks.map((block) => {
    const fields: Record<string, string> = {};
    for (const line of block.split(/\r\n|\r|\n/)) {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      fields[name] = name === 'data' && name in fields ? `${fields[name]}\n${value}` : value;
    }
    return fields;
  });
}

test('the id of an event is its cursor', () => {
  const [message] = read(frameOf('{"x":1}').as(serverSentEvent).toString());
  expect(message).toMatchObject({ id: 'k3-7', event: 'event' });
  expect(JSON.parse(message?.['data'] ?? '')).toMatchObject({ id: 'evt_1', data: { x: 1 } });
});

test.each(['{\n "x": 1\n}', '{\r\n "x": 1}', '{\r"x":1}', '{\n\n"x":1}'])(
  'a payload with line breaks stays one message: %j',
  (payload) => {
    const messages = read(frameOf(payload).as(serverSentEvent).toString());
    expect(messages).toHaveLength(1);
    expect(JSON.parse(messages[0]?.['data'] ?? '').data).toEqual({ x: 1 });
  },
);

test('a raw event has the bytes of the payload', () => {
  const [message] = read(frameOf('{\n}').as(rawServerSentEvent).toString());
  expect(Buffer.from(JSON.parse(message?.['data'] ?? '').raw, 'base64').toString()).toBe('{\n}');
});

test('a message of the gateway has the fields that it was given', () => {
  expect(formatServerSent({ comment: 'ping', id: 'k3-8' })).toBe(': ping\nid: k3-8\n\n');
  expect(formatServerSent({ event: 'bye', retryMs: 10, data: { code: 4200 } })).toBe(
    'retry: 10\nevent: bye\ndata: {"code":4200}\n\n',
  );
});
