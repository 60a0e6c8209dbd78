import { cpuMs } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { maskUrl } from './mask-url.ts';

const token = 'aB3dE5fG7hJ9kL1mN3pQ5rS7';

test.each([
  [`https://hooks.slack.com/services/T0/B0/${token}`, 'https://hooks.slack.com/services/T0/B0/[redacted]'],
  ['https://hooks.slack.com/services/T0/B0/short', 'https://hooks.slack.com/services/T0/B0/[redacted]'],
  ['https://discord.com/api/webhooks/12/abc_d-e', 'https://discord.com/api/webhooks/12/[redacted]'],
  [
    'https://discord.com/api/v10/webhooks/12/abc/slack?wait=true',
    'https://discord.com/api/v10/webhooks/12/[redacted]/slack?wait=true',
  ],
  ['https://api.telegram.org/bot12:abc/sendMessage', 'https://api.telegram.org/bot12:[redacted]/sendMessage'],
  ['https://hooks.zapier.com/hooks/catch/12/abc/', 'https://hooks.zapier.com/hooks/catch/12/[redacted]/'],
  ['https://maker.ifttt.com/trigger/x/with/key/abc', 'https://maker.ifttt.com/trigger/x/with/key/[redacted]'],
  [
    'https://x.example/hook?a=1&token=t&key=k&sig=s&api_key=u&X-Amz-Signature=v&b=%20',
    'https://x.example/hook?a=1&token=[redacted]&key=[redacted]&sig=[redacted]&api_key=[redacted]&X-Amz-Signature=[redacted]&b=%20',
  ],
  [
    'https://x.example/hook?pass=a&auth=b&session=c&sid=d&hash=e&k=f&pwd=g&pin=h&otp=i&code=j',
    'https://x.example/hook?pass=[redacted]&auth=[redacted]&session=[redacted]&sid=[redacted]&hash=[redacted]&k=[redacted]&pwd=[redacted]&pin=[redacted]&otp=[redacted]&code=[redacted]',
  ],
  [`https://x.example/hook?a=${token}`, 'https://x.example/hook?a=[redacted]'],
  [`https://x.example/hook?${token}`, 'https://x.example/hook?[redacted]'],
  [`https://x.example/in/${token}`, 'https://x.example/in/[redacted]'],
  [`https://x.example:8443/${token.toLowerCase()}/y`, 'https://x.example:8443/[redacted]/y'],
])('of %s nothing that gives access is shown', (url, shown) => {
  expect(new URL(url).href).toBe(url);
  expect(maskUrl(url)).toBe(shown);
  expect(new URL(shown).href).toBe(shown);
  expect(maskUrl(shown)).toBe(shown);
});

test.each([
  'https://x.example/',
  'https://x.example/webhooks/order-created-and-shipped-2026?page=2&token=',
  'https://x.example/v1/6f1c1f6e-8a54-4e55-9d3b-0f2f5a0d9c11/12345678901234567890?a=1&b=%20&keyword=x',
  'https://x.example/internationalization/monkeys',
  'https://x.example/auth/callback?compass=n&author=me&sidecar=1&keyboard=de&status_code=200',
])('%s is shown as it is', (url) => {
  expect(maskUrl(url)).toBe(url);
});

test('the time to mask a URL grows linearly with its length', () => {
  const time = (length: number) => {
    const url = `https://hooks.slack.com/services/${'a1-/=&'.repeat(length / 6)}?${'a1-=&'.repeat(length / 5)}`;
    const startMs = cpuMs();
    for (let n = 0; n < 20; n++) maskUrl(url);
    return cpuMs() - startMs;
  };
  time(20_000);
  expect(time(80_000)).toBeLessThan(Math.max(20, 12 * time(20_000)));
});
