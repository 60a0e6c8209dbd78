import type { Scope, Session } from '@hookline/contracts';
import { createContext, use } from 'react';

export const SessionContext = createContext<Session | undefined>(undefined);

/** Who is signed in. Only below the `SessionGate`. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error('useSession is used outside of the SessionGate');
  return session;
}

/** Whether the person may do what needs this scope. What one may not do is not shown. */
export const useCan = (scope: Scope): boolean => useSession().scopes.includes(scope);

export const useIsOperator = (): boolean => useSession().role === 'operator';
