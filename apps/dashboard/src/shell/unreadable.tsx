import { describeError } from '../api/describe-error.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';

interface UnreadableProps {
  error: unknown;
  onRetry: () => unknown;
}

/** In place of what could not be read. It must not look as if there was nothing. */
export function Unreadable({ error, onRetry }: UnreadableProps) {
  const { title, advice, requestId } = describeError(error);
  return (
    <EmptyState
      kind="unreadable"
      title={title}
      actions={<Button onClick={() => void onRetry()}>Try again</Button>}
    >
      <p>{advice}</p>
      {requestId !== undefined && <p className="mt-1 font-mono text-xs">request {requestId}</p>}
    </EmptyState>
  );
}
