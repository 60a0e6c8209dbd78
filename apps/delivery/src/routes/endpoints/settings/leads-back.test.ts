import { expect, test } from 'vitest';
import { leadsBack } from './leads-back.ts';

const own = ['https://hooks.example.com', 'http://localhost:3001/', 'https://192.0.2.44'];

test.each([
  'https://hooks.example.com/in/abc',
  'https://hooks.example.com:443/in/abc',
  'http://hooks.example.com/api/webhooks/github',
  'https://hooks.example.com./webhook/',
  'http://127.0.0.1:3001/api/events',
  'http://127.0.0.1:3001/api/events/batch',
  'http://127.0.0.1:3001/api/webhook-events/evt_1/replay-edited',
  'http://127.0.0.1:3001/api/deliveries/dlv_1/retry',
  'http://127.0.0.1:3001/api/dead-letters/replay',
  'http://127.0.0.1:3001/api/replays',
  'http://[::1]:3001/i%6E/abc',
  'http://0.0.0.0:3001/in/abc',
  'http://[::]:3001/in/abc',
  'http://[::ffff:127.0.0.1]:3001/in/abc',
  'https://[::ffff:192.0.2.44]/in/abc',
])('%s leads back', (url) => {
  expect(leadsBack(new URL(url).href, own)).toBe(true);
});

test.each([
  'https://hooks.example.com/in',
  'https://hooks.example.com/api/of-an-app',
  'https://hooks.example.com/api/events/of-an-app',
  'https://hooks.example.com/webhooks/in/x',
  'https://hooks.example.com:8443/in/abc',
  'https://other.example.com/in/abc',
  'http://localhost:3002/in/abc',
  'http://[::ffff:127.0.0.1]:3002/in/abc',
  'https://[::ffff:192.0.2.45]/in/abc',
  'https://hooks.example.com/%zz',
])('%s does not', (url) => {
  expect(leadsBack(new URL(url).href, own)).toBe(false);
});
