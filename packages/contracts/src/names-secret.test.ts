import { expect, test } from 'vitest';
import { namesSecret } from './names-secret.ts';

test.each([
  'token',
  'X-Api-Key',
  'apikey',
  'client_secret',
  'newPassword',
  'pass',
  'db_pass',
  'auth',
  'X-Auth',
  'basicAuth',
  'Authorization',
  'session',
  'x-session-id',
  'sid',
  'hash',
  'k',
  'K',
  'pwd',
  'pin',
  'userPin',
  'otp',
  'code',
  'key',
  'JWT',
])('the name %s says that its value is a secret', (name) => {
  expect(namesSecret(name)).toBe(true);
});

test.each([
  'compass',
  'author',
  'authority',
  'sidecar',
  'side',
  'keyboard',
  'keyword',
  'monkey',
  'passenger',
  'pinned',
  'ping',
  'spin',
  'hashtag',
  'codec',
  'encoding',
  'status_code',
  'errorCode',
  'content-hash',
  'sort_key',
  'idempotency-key',
  'sessions',
  'auth_type',
  'session-count',
  'paypal-auth-algo',
  'messagebird-signature-jwt',
  'optional',
  'action',
  '',
])('the name %j does not', (name) => {
  expect(namesSecret(name)).toBe(false);
});
