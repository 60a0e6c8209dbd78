import { requestLineOf } from '@hookline/client';
import { useQuery } from '@tanstack/react-query';
import { keyOf } from '../../api/query-client.ts';
import { call, useCall } from '../../api/use-call.ts';
import { payloadText } from './payload-text.ts';

/** The live feed tells of events, not of attempts, so the journey of an event that is under way is asked for. */
const UNDER_WAY_MS = 2_000;

/** The journey of an event, and the event itself. */
export function useJourney(id: string) {
  const request = { params: { id } };
  const { data } = useCall('getJourney', request);
  const status = data?.data.event.status;
  const isUnderWay = status !== undefined && status !== 'processed' && status !== 'dead_letter';
  return useCall('getJourney', request, { everyMs: isUnderWay ? UNDER_WAY_MS : undefined });
}

/** The payload as it was received. The client would convert it, and change numbers that are larger than a double holds. */
export function usePayload(id: string) {
  return useQuery({
    queryKey: [...keyOf('getEvent', { params: { id } }), 'payload'],
    staleTime: Number.POSITIVE_INFINITY,
    async queryFn({ signal }) {
      const { path } = requestLineOf('getEvent', { params: { id } });
      const response = await fetch(path, { signal });
      // The client knows how to turn an error into words.
      if (!response.ok) await call('getEvent', { params: { id } }, signal);
      return payloadText(await response.text()) ?? 'null';
    },
  });
}
