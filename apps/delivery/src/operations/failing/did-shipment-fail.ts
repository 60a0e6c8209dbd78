import type { Settled } from '../../pipeline/delivery/settled.ts';

/**
 * Whether no delivery of a shipment succeeded. Undefined if the shipment does not show whether the endpoint works:
 * nothing was sent, the transformation dropped the event, Hookline itself failed, or a replay sent it, so that the
 * cause may be the event itself.
 *
 * A batch is one request and counts once, however many events it has.
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
