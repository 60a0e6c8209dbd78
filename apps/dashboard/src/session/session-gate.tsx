import type { ReactNode } from 'react';
import { describeError } from '../api/describe-error.ts';
import { isSignedOut } from '../api/query-client.ts';
import { useCall } from '../api/use-call.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { SessionContext } from './access.ts';
import { SignInPage } from './sign-in-page.tsx';

/**
 * Shows the app to those who are signed in, and the page for signing in to others. That a session has ended is noticed by the
 * next call: to ask now and then would keep a session going that nobody uses.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const { data, error, isPending, refetch } = useCall('getSession', {});
  if (isSignedOut(error)) return <SignInPage />;
  if (data) return <SessionContext value={data.data}>{children}</SessionContext>;
  if (isPending) return null;
  const { title, advice } = describeError(error);
  return (
    <main className="grid min-h-dvh place-items-center">
      <EmptyState
        kind="unreadable"
        title={title}
        actions={
          <Button tone="primary" onClick={() => void refetch()}>
            Try again
          </Button>
        }
      >
        {advice}
      </EmptyState>
    </main>
  );
}
