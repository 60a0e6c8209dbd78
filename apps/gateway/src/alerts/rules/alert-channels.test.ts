import { createSecretBox } from '@hookline/db';
import { expect, test } from 'vitest';
import type { OpenChannel } from './alert-channels.ts';
import { createChannelStore } from './channel-store.ts';

const store = createChannelStore(createSecretBox([Buffer.alloc(32, 'k').toString('base64')]));
const channels: OpenChannel[] = [
  { type: 'event', name: 'event' },
  { type: 'email', name: 'email', to: ['a@example.com'] },
  { type: 'slack', name: 'chat', url: 'https://hooks.example.com/services/T0/B0/abc' },
  { type: 'webhook', name: 'hook', url: 'https://example.com/', headers: { 'x-key': 'abc' }, secret: 'abc' },
  {
    type: 'http',
    name: 'sms',
    method: 'POST',
    url: 'https://sms.example.com/?key=abc',
    headers: { authorization: 'abc', 'content-type': 'application/json' },
    body: '{}',
  },
];

test('stored channels open as they were, and what is shown of them has no secret', () => {
  const stored = store.seal('alr_1', channels);
  expect(store.open({ id: 'alr_1', ...stored })).toEqual(channels);
  expect(JSON.stringify(stored)).not.toContain('abc');
  expect(stored.channels).toEqual([
    { type: 'event', name: 'event' },
    { type: 'email', name: 'email', to: ['a@example.com'] },
    { type: 'slack', name: 'chat', url: 'https://hooks.example.com/[redacted]' },
    { type: 'webhook', name: 'hook', url: 'https://example.com/', headers: { 'x-key': '[redacted]' } },
    {
      type: 'http',
      name: 'sms',
      method: 'POST',
      url: 'https://sms.example.com/[redacted]',
      headers: { authorization: '[redacted]', 'content-type': 'application/json' },
      body: '{}',
    },
  ]);
});

test('the secrets of one rule do not open in another rule', () => {
  const stored = store.seal('alr_1', channels);
  expect(() => store.open({ id: 'alr_2', ...stored })).toThrow(/does not open/);
});
