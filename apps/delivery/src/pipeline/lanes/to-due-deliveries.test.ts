import { expect, test } from 'vitest';
import { makeDelivery } from '../../../test/support/make-delivery.ts';
import type { ClaimedRow } from './claim-due.ts';
import { toDueDeliveries } from './to-due-deliveries.ts';

const { leaseId: _, leaseUntilMs: _until, ...known } = makeDelivery();
const row = (replayId: string | null, code?: string): ClaimedRow => ({
  claimsBefore: 0,
  isGone: false,
  ...known,
  status: 'sending',
  wasDueAt: '1',
  replayId,
  transformation: code === undefined ? null : { code },
  errorCode: null,
  errorMessage: null,
  retriedAt: null,
  traceparent: null,
  hops: null,
  payload: Buffer.from('{}'),
  getsRequest: false,
  request: null,
});

test('the deliveries of a replay share one transformation, and each replay has its own', () => {
  const rows = [row('a', 'one'), row('b', 'two'), row('a', 'one'), row(null), row('c'), row('b', 'two')];
  const transformations = toDueDeliveries(rows, 'lease', 5).map(({ delivery }) => delivery.transformation);
  expect(transformations).toEqual([
    { code: 'one' },
    { code: 'two' },
    { code: 'one' },
    null,
    null,
    { code: 'two' },
  ]);
  expect(transformations[2]).toBe(transformations[0]);
  expect(transformations[5]).toBe(transformations[1]);
});

test('claimed deliveries have the lease of the claim, and a deleted payload is empty', () => {
  const [claimed] = toDueDeliveries([{ ...row(null), payload: null }], 'lease', 5);
  expect(claimed?.delivery).toMatchObject({ leaseId: 'lease', leaseUntilMs: 5, payload: new Uint8Array() });
});
