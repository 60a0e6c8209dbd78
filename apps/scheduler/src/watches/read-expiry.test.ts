import { expect, test } from 'vitest';
import { NoExpiryError, readExpiryMs } from './read-expiry.ts';

const gmail = { expiry: { answer: '/expiration', unit: 'milliseconds-since-1970' } } as const;
const NOW = 1_700_000_000_000;

test('W2: the end of a watch is what the answer says, and a missing, a past or a negative one is an error', () => {
  expect(readExpiryMs(gmail, { expiration: String(NOW + 5) }, NOW)).toBe(NOW + 5);
  for (const expiration of [undefined, null, '0', 0, '-1', -1, '', 'soon', String(NOW), [NOW + 5]])
    expect(() => readExpiryMs(gmail, { expiration }, NOW)).toThrow(NoExpiryError);
});

test('a watch without an end, and one whose end comes with the handshake, have none in the answer', () => {
  expect(readExpiryMs({}, {}, NOW)).toBeUndefined();
  const expiry = { handshakeParameter: 'hub.lease_seconds', unit: 'seconds-from-now' } as const;
  expect(readExpiryMs({ expiry }, {}, NOW)).toBeUndefined();
});
