import { expect, test } from 'vitest';
import { createAddressGuard } from './address-guard.ts';

const guard = createAddressGuard({ allowPrivate: false });
const allows = (url: string) => {
  try {
    guard.checkUrl(new URL(url));
    return true;
  } catch {
    return false;
  }
};

test.each([
  'http://127.0.0.1/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://[::1]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[fd00:ec2::254]/',
  'http://169.254.169.254/latest/meta-data',
  'http://10.0.0.1/',
  'http://100.64.0.1/',
  'http://localhost/',
  'http://localhost./',
  'http://metadata.google.internal/',
  'http://db/',
  'https://user:pass@hooks.hookline.dev/',
  'ftp://hooks.hookline.dev/',
])('%s is refused', (url) => expect(allows(url)).toBe(false));

test.each([
  'https://hooks.hookline.dev/x',
  'https://8.8.8.8/',
  'https://[2606:4700::1111]/',
  'http://hooks.hookline.dev:8080/',
])('%s is allowed', (url) => expect(allows(url)).toBe(true));

test('a name that resolves to loopback is refused at connect time', async () => {
  const error = await new Promise((resolve) =>
    guard.lookup('localhost', {}, (lookupError) => resolve(lookupError)),
  );
  expect(error).toMatchObject({ code: 'address_not_allowed' });
});

test('development allows loopback', () => {
  expect(() =>
    createAddressGuard({ allowPrivate: true }).checkUrl(new URL('http://127.0.0.1:1/')),
  ).not.toThrow();
});
