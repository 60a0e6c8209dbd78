import type { OperationAnswer } from '@hookline/client';
import { keyOf, queryClient } from '../../api/query-client.ts';
import { useCall } from '../../api/use-call.ts';
import { isOpen } from './delivery-words.ts';

/** The live feed tells of events, not of attempts, so a delivery that is open is asked for. */
const OPEN_MS = 2_000;

/** A delivery with its attempts. */
export function useDelivery(id: string) {
  const request = { params: { id } };
  const seen = queryClient.getQueryData<OperationAnswer<'getDelivery'>>(keyOf('getDelivery', request));
  return useCall('getDelivery', request, { everyMs: seen && isOpen(seen.data) ? OPEN_MS : undefined });
}
