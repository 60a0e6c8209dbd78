import type { Activity, HealthReport } from '@hookline/contracts';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';

const EVERY_MS = 15_000;

/** The score, and what it follows from. `metrics` is absent when delivery does not answer. */
export type Health = HealthReport & Partial<Activity>;

/** Not an operation of the API: the address is one of an earlier form, and needs no key. */
const PATH = '/api/webhooks/health';

export function useHealth(): UseQueryResult<Health> {
  return useQuery({
    queryKey: ['health'],
    refetchInterval: EVERY_MS,
    async queryFn({ signal }) {
      const response = await fetch(PATH, { signal });
      if (!response.ok) throw new Error(`${PATH} was answered ${response.status}`);
      return ((await response.json()) as { data: Health }).data;
    },
  });
}
