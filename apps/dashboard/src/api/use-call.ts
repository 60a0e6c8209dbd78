import type { OperationAnswer, OperationName, OperationRequest } from '@hookline/client';
import { keepPreviousData, type UseQueryOptions, type UseQueryResult, useQuery } from '@tanstack/react-query';
import { hookline } from './client.ts';
import { keyOf } from './query-client.ts';

interface CallState {
  /** false: the call is not made, and the last answer is kept. */
  enabled?: boolean;
  /** Show the answer to the last request while the next one is on its way. */
  keepPrevious?: boolean;
  /** Ask again after this time, while the page is visible. For what the live feed does not tell. */
  everyMs?: number | undefined;
}

/** The answer of an operation that reads, from the cache or from the gateway. */
export function useCall<Name extends OperationName>(
  name: Name,
  request: OperationRequest<Name>,
  { enabled = true, keepPrevious = false, everyMs }: CallState = {},
): UseQueryResult<OperationAnswer<Name>> {
  const options: UseQueryOptions<OperationAnswer<Name>> = {
    queryKey: keyOf(name, request),
    queryFn: ({ signal }) => call(name, request, signal),
    enabled,
  };
  if (keepPrevious) options.placeholderData = keepPreviousData as never;
  if (everyMs !== undefined) options.refetchInterval = everyMs;
  return useQuery(options);
}

/** Calls an operation whose name is known at run time only. */
export const call = <Name extends OperationName>(
  name: Name,
  request: OperationRequest<Name>,
  signal?: AbortSignal,
): Promise<OperationAnswer<Name>> =>
  (
    hookline.call as (
      name: Name,
      request: OperationRequest<Name>,
      options: { signal?: AbortSignal },
    ) => Promise<OperationAnswer<Name>>
  )(name, request, signal === undefined ? {} : { signal });
