import { expect, test } from 'vitest';
import { toFeedUrl } from './feed-url.ts';

test('the feed has the address of the gateway, with its path', () => {
  expect(toFeedUrl('http://127.0.0.1:3000')).toBe('ws://127.0.0.1:3000/ws/webhooks');
  expect(toFeedUrl('https://hooks.example.com/')).toBe('wss://hooks.example.com/ws/webhooks');
  expect(toFeedUrl('https://example.com/hooks/')).toBe('wss://example.com/hooks/ws/webhooks');
});
