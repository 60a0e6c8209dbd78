import { expect, test } from 'vitest';
import { isSensitiveHeader } from './redact-headers.ts';

test.for([
  'Authorization',
  'X-Forwarded-Authorization',
  'Cookie',
  'X-Api-Key',
  'api_key',
  'apikey',
  'X-ApiKey',
  'AccessKey',
  'X-Auth-Key',
  'X-Functions-Key',
  'Ocp-Apim-Subscription-Key',
  'X-Auth',
  'X-Gitlab-Token',
  'X-Client-Secret',
  'X-Credentials',
  'X-Pass',
  'X-Session-Id',
  'X-Pin',
  'X-OTP',
  'Pwd',
])('%s is hidden', (name) => {
  expect(isSensitiveHeader(name)).toBe(true);
});

test.for([
  'Accept',
  'X-Plain',
  'Idempotency-Key',
  'Surrogate-Key',
  'X-Monkey',
  'X-Author',
  'X-Keyboard',
  'X-Compass',
  'X-Sidecar',
  'X-Status-Code',
])('%s is shown', (name) => {
  expect(isSensitiveHeader(name)).toBe(false);
});
