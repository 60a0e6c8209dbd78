import { expect, test } from 'vitest';
import { deliveryId, isId, parseDeliveryId, timeOfId } from './ids.ts';

const event = 'evt_01ARZ3NDEKTSV4RRFFQ69G5FAV';
const endpoint = 'ep_01BX5ZZKBKACTAV9WEVGEMMVRZ';

test('an id tells when it was made', () => {
  expect(timeOfId(event)).toBe(1469922850259);
  expect(timeOfId('evt_nonsense')).toBeUndefined();
});

test('a delivery id names its event and its endpoint', () => {
  const id = deliveryId(event, endpoint);
  expect(parseDeliveryId(id)).toEqual({ eventId: event, endpointId: endpoint });
  for (const bad of ['', 'dlv_', 'dlv_x_y', `${id}_z`, event]) expect(parseDeliveryId(bad)).toBeUndefined();
});

test('isId refuses another prefix and characters outside base 32', () => {
  expect(isId('evt', event)).toBe(true);
  expect(isId('ep', event)).toBe(false);
  expect(isId('evt', `${event.slice(0, -1)}U`)).toBe(false);
});
