import { expect, test } from 'vitest';
import { toFeedUrl } from './feed-url.ts';

test('the gateway address becomes the address of its feed', () => {
  expect(toFeedUrl('http://127.0.0.1:3000')).toBe('ws://127.0.0.1:3000/ws/webhooks');
  expect(toFeedUrl('https://hooks.example.com/')).toBe('wss://hooks.example.com/ws/webhooks');
});

test('an address with a path is used unchanged', () => {
  expect(toFeedUrl('wss://example.com/hooks/ws/webhooks')).toBe('wss://example.com/hooks/ws/webhooks');
});
