import type { DeliveryStatus, EventStatus } from '@hookline/contracts';

/** The worst status of an event's deliveries decides (see EventStatus in the contracts). */
export function statusOf(deliveries: readonly { status: DeliveryStatus }[]): EventStatus {
  const has = (wanted: DeliveryStatus) => deliveries.some(({ status }) => status === wanted);
  if (has('failed')) return 'dead_letter';
  if (has('retrying')) return 'failed';
  if (has('sending')) return 'processing';
  if (has('pending')) return 'pending';
  return 'processed';
}
