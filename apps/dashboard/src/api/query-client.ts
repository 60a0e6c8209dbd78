import { isHooklineError, type OperationName, type OperationRequest } from '@hookline/client';
import { QueryCache, QueryClient } from '@tanstack/react-query';

/** What is younger is shown without being asked for again. The live feed marks lists as stale before. */
const FRESH_MS = 15_000;

/** The answers are cached by operation and request: the names of operations are the keys of the cache. */
export const keyOf = <Name extends OperationName>(name: Name, request?: OperationRequest<Name>) =>
  request === undefined ? [name] : [name, request];

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError(error, { queryKey }) {
      // The session ended while the page was open: the page for signing in is shown in place of everything.
      if (isSignedOut(error) && queryKey[0] !== 'getSession')
        void queryClient.resetQueries({ queryKey: keyOf('getSession') });
    },
  }),
  // The client tries again by itself, and browsers are wrong about being offline on localhost.
  defaultOptions: {
    queries: { retry: false, staleTime: FRESH_MS, networkMode: 'always' },
    mutations: { retry: false, networkMode: 'always' },
  },
});

export const isSignedOut = (error: unknown): boolean => isHooklineError(error) && error.status === 401;
