import { expect, test } from 'vitest';
import { makeDelivery, makeEndpoint } from '../../../test/support/make-delivery.ts';
import type { DueDelivery } from '../../pipeline/delivery/due-delivery.ts';
import type { AttemptRecord } from '../../pipeline/delivery/outcome.ts';
import type { Settled } from '../../pipeline/delivery/settled.ts';
import { decideOutcome, requeuedOutcome } from '../../pipeline/sending/attempt-delivery.ts';
import { didShipmentFail } from './did-shipment-fail.ts';

function settle(status: number | 'dropped' | 'unsent', more: Partial<DueDelivery> = {}): Settled {
  const delivery = makeDelivery(more);
  if (status === 'unsent') return { delivery, outcome: requeuedOutcome(delivery) };
  const result = {
    startedAtMs: 0,
    durationMs: 5,
    firstByteMs: undefined,
    connection: undefined,
    status: status === 'dropped' ? undefined : status,
    headers: undefined,
    body: undefined,
    responseEnd: undefined,
    failure: status === 500 ? { code: 'http_error' as const, message: 'no' } : undefined,
  };
  const outcome = decideOutcome(makeEndpoint(), delivery, result, 0.5, 0);
  if (status === 'dropped') (outcome.attempt as AttemptRecord).outcome = 'dropped';
  return { delivery, outcome };
}

test('a shipment has failed if none of its deliveries succeeded', () => {
  expect(didShipmentFail([settle(500)])).toBe(true);
  expect(didShipmentFail([settle(500), settle(500)])).toBe(true);
  expect(didShipmentFail([settle(500), settle(200)])).toBe(false);
});

test('a delivery that the transformation drops is not a success of the endpoint', () => {
  expect(didShipmentFail([settle('dropped')])).toBeUndefined();
  expect(didShipmentFail([settle('dropped'), settle(500)])).toBe(true);
});

test('an unsent delivery or a failed replay does not show whether the endpoint works', () => {
  const replayId = 'rpl_01JZZZZZZZZZZZZZZZZZZZZZZZ';
  expect(didShipmentFail([])).toBeUndefined();
  expect(didShipmentFail([settle('unsent'), settle(500, { replayId })])).toBeUndefined();
  expect(didShipmentFail([settle(500), settle(200, { replayId })])).toBe(true);
});
