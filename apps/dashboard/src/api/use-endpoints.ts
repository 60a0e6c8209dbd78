import type { Endpoint } from '@hookline/contracts';
import { useMemo } from 'react';
import { useCan } from '../session/access.ts';
import { useCall } from './use-call.ts';

/** Endpoints beyond these are shown by their ids. */
const READ_ENDPOINTS = 500;
const NONE: readonly Endpoint[] = [];

export interface KnownEndpoints {
  nameOf: (id: string) => string;
  find: (id: string) => Endpoint | undefined;
  all: readonly Endpoint[];
  /** false: there are others, so a choice from `all` is not complete. */
  isComplete: boolean;
}

/** The endpoints that the person may see, for their names. */
export function useEndpoints(): KnownEndpoints {
  const enabled = useCan('endpoints:read');
  const { data } = useCall('listEndpoints', { query: { limit: READ_ENDPOINTS } }, { enabled });
  return useMemo(() => {
    const all = data?.data ?? NONE;
    const byId = new Map(all.map((endpoint) => [endpoint.id, endpoint]));
    const find = (id: string) => byId.get(id);
    return {
      all,
      find,
      nameOf: (id) => find(id)?.name ?? id,
      isComplete: data !== undefined && !data.page.hasMore,
    };
  }, [data]);
}
