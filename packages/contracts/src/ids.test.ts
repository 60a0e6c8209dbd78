import { expect, test } from 'vitest';
import { attemptId, deliveryId, firstIdAt, isId, parseAttemptId, parseDeliveryId, timeOfId } from './ids.ts';

const event = 'evt_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const endpoint = 'ep_01BX5ZZKBKACTAV9WEVGEMMVRZ';

test('an id contains the time at which it was generated', () => {
  expect(timeOfId(event)).toBe(1469922850259);
  expect(timeOfId('evt_nonsense')).toBeUndefined();
});

test('a delivery id contains the ids of its event and its endpoint', () => {
  const id = deliveryId(event, endpoint);
  expect(parseDeliveryId(id)).toEqual({ eventId: event, endpointId: endpoint });
  for (const bad of ['', 'dlv_', 'dlv_x_y', `${id}_z`, event]) expect(parseDeliveryId(bad)).toBeUndefined();
});

test('an attempt id contains the ids of its event and its endpoint and its number', () => {
  const id = attemptId(event, endpoint, 12);
  expect(parseAttemptId(id)).toEqual({ eventId: event, endpointId: endpoint, attempt: 12 });
  const bad = [
    '',
    'att_',
    attemptId(event, endpoint, 0),
    `${id}x`,
    `${id}_1`,
    `${id}00000`,
    deliveryId(event, endpoint),
    id.replace('att', 'dlv'),
  ];
  for (const each of bad) expect(parseAttemptId(each), each).toBeUndefined();
});

test('isId refuses another prefix and characters outside base 32', () => {
  expect(isId('evt', event)).toBe(true);
  expect(isId('ep', event)).toBe(false);
  expect(isId('evt', `${event.slice(0, -1)}U`)).toBe(false);
});

test('a ULID of a time after the year 9999 is not an id', () => {
  const late = '7ZZZZZZZZZZZZZZZZZZZZZZZZZ';
  expect(isId('evt', `evt_${late}`)).toBe(false);
  expect(timeOfId(`evt_${late}`)).toBeUndefined();
  expect(parseDeliveryId(`dlv_${late}_${endpoint.slice(3)}`)).toBeUndefined();
  expect(parseDeliveryId(`dlv_${event.slice(4)}_${late}`)).toBeUndefined();
  const last = firstIdAt('evt', 253_402_300_799_999);
  expect([isId('evt', last), timeOfId(last)]).toEqual([true, 253_402_300_799_999]);
  expect(isId('evt', firstIdAt('evt', 253_402_300_800_000))).toBe(false);
});
