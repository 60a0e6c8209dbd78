import { expect, test } from 'vitest';
import { makeDelivery, makeEndpoint } from '../../../test/support/make-delivery.ts';
import type { AttemptRecord, Outcome } from '../delivery/outcome.ts';
import { decideOutcome, requeuedOutcome } from './attempt-delivery.ts';
import { signalOfShipment } from './signal-of-shipment.ts';

const decide = (more: Partial<AttemptRecord>): { outcome: Outcome } => {
  const result = {
    startedAtMs: 0,
    durationMs: 5,
    firstByteMs: 4,
    connection: undefined,
    status: more.responseCode,
    headers: more.responseHeaders,
    body: undefined,
    responseEnd: undefined,
    failure: more.errorCode && { code: more.errorCode, message: 'no' },
  };
  const outcome = decideOutcome(makeEndpoint(), makeDelivery(), result, 0.5, 0);
  return { outcome: { ...outcome, attempt: { ...(outcome.attempt as AttemptRecord), ...more } } };
};
const dropped = decide({ outcome: 'dropped' });
const untransformed = decide({ errorCode: 'transformation_failed' });
const unsent = { outcome: requeuedOutcome(makeDelivery()) };

test("the signal of a batch is its receiver's answer, whatever part of the batch was not sent", () => {
  const refused = decide({
    responseCode: 503,
    errorCode: 'http_error',
    responseHeaders: { 'retry-after': '30' },
  });
  expect(signalOfShipment([dropped, untransformed, unsent, refused])).toEqual({
    condition: 'strained',
    pauseMs: 30_000,
  });
  expect(signalOfShipment([dropped, decide({ responseCode: 200 })]).condition).toBe('good');
});

test('the signal of a batch of which nothing was sent is "not sent"', () => {
  expect(signalOfShipment([dropped, untransformed, unsent]).condition).toBe('not_sent');
  expect(signalOfShipment([]).condition).toBe('not_sent');
});
