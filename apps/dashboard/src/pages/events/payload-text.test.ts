import { expect, test } from 'vitest';
import { payloadText } from './payload-text.ts';

test('the payload is found as it was written, with every digit and its own spaces', () => {
  const payload = '{ "id": 12345678901234567890, "data": {"payload": 1} }';
  expect(payloadText(`{"data":{"id":"evt_1","payload":${payload},"deliveries":[{"payload":2}]}}`)).toBe(
    payload,
  );
  expect(payloadText('{"data":{"payload":null}}')).toBe('null');
  expect(payloadText('{"data":{"id":"evt_1"},"payload":1}')).toBe(undefined);
});
