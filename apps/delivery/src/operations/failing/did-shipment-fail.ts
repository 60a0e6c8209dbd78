import type { Settled } from '../../pipeline/delivery/settled.ts';

/**
 * Whether nothing of a shipment was delivered; undefined when it does not tell whether the endpoint works: nothing was
 * sent, the transformation wanted nothing sent, Hookline itself failed, or it was sent again, and may fail for what it is.
 *
 * A batch is one request and counts as one, however many events it has.
 */
export function didShipmentFail(settled: readonly Settled[]): boolean | undefined {
  const telling = settled.filter(
    ({ outcome: { attempt }, delivery }) =>
      attempt &&
      attempt.outcome !== 'dropped' &&
      attempt.errorCode !== 'internal_error' &&
      !delivery.replayId,
  );
  if (telling.length === 0) return undefined;
  return telling.every(({ outcome }) => outcome.status !== 'success');
}
