import type { EventAttributes } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createEventFrame } from '../hub/event-frame.ts';
import { encodeEvent, encodeRepositoryEvent } from './event-messages.ts';

const attributes: EventAttributes = {
  id: 'evt_1',
  type: 'github.dependabot_alert.created',
  source: '/github/acme/api',
  time: '2026-01-01T00:00:00.000Z',
  tenant: 'acme',
  provider: 'github',
  repository: 'acme/api',
  receivedat: '2026-01-01T00:00:00.100Z',
  via: 'webhook',
  dedupekey: 'key',
};
const frameOf = () => createEventFrame({ attributes, payload: Buffer.from('{"x":1}') }, 7, 'k3-7');
const parsed = (messages: readonly Buffer[]) =>
  messages.map((message) => JSON.parse(message.toString('utf8')));

test('clients with the same subscription ids are sent the same buffer', () => {
  const frame = frameOf();
  const [first] = encodeEvent(frame, ['a', 'b'], false);
  const [second] = encodeEvent(frame, ['a', 'b'], false);
  expect(second).toBe(first);
});

test('each client gets its own ids, however many different ones there are', () => {
  const frame = frameOf();
  for (let index = 0; index < 30; index++) {
    expect(parsed(encodeEvent(frame, [`s${index}`], false))).toMatchObject([
      { type: 'event', ids: [`s${index}`], cursor: 'k3-7', event: { id: 'evt_1', data: { x: 1 } } },
    ]);
  }
});

test('clients with the same subscription ids share a buffer also if many clients before them have ids of their own', () => {
  const frame = frameOf();
  for (let index = 0; index < 30; index++) encodeEvent(frame, [`s${index}`], false);
  const [first] = encodeEvent(frame, ['a'], false);
  const [second] = encodeEvent(frame, ['a'], false);
  expect(second).toBe(first);
});

test('a raw subscription gets the bytes of the payload in base64', () => {
  const [{ event }] = parsed(encodeEvent(frameOf(), ['a'], true)) as [{ event: Record<string, unknown> }];
  expect([event['data'], Buffer.from(String(event['raw']), 'base64').toString()]).toEqual([null, '{"x":1}']);
});

test('an event of a repository is sent under each of its names', () => {
  const messages = parsed(encodeRepositoryEvent(frameOf(), ['a'], false));
  expect(messages.map(({ type }) => type)).toEqual(['dependabot-alert', 'security-alert']);
  for (const message of messages)
    expect(message).toMatchObject({ ids: ['a'], data: { x: 1, cursor: 'k3-7', id: 'evt_1' } });
});
