import { useMutation } from '@tanstack/react-query';
import { Ban, Pause, Play } from 'lucide-react';
import { keyOf, queryClient } from '../api/query-client.ts';
import { call, useCall } from '../api/use-call.ts';
import { Button } from '../ui/button.tsx';
import { Progress } from '../ui/progress.tsx';
import type { JobCalls } from './bulk-change.ts';
import { ErrorNote } from './error-note.tsx';

/** The feed tells of events, not of jobs. */
const EVERY_MS = 1_000;

const WORDS = {
  running: 'Under way',
  paused: 'Paused',
  completed: 'Done',
  cancelled: 'Cancelled',
} as const;
const TONES = { running: 'active', paused: 'warning', completed: 'success', cancelled: 'danger' } as const;

interface BulkProgressProps {
  /** The calls of this kind of job. */
  calls: JobCalls;
  id: string;
}

/** How far a job is, with its brakes. It goes on when this is closed. */
export function BulkProgress({ calls, id }: BulkProgressProps) {
  const request = { params: { id } };
  const seen = queryClient.getQueryData<{ data: { status: keyof typeof WORDS } }>(keyOf(calls.get, request));
  const isOver = seen?.data.status === 'completed' || seen?.data.status === 'cancelled';
  const { data, error } = useCall(calls.get, request, { everyMs: isOver ? undefined : EVERY_MS });
  const steer = useMutation({
    mutationFn: (name: 'pause' | 'resume' | 'cancel') => call(calls[name], request),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keyOf(calls.get, request) }),
  });
  if (error) return <ErrorNote error={error} />;
  if (!data) return null;
  const { status, done, total, skipped } = data.data;
  return (
    <div className="grid gap-3">
      <Progress label={WORDS[status]} value={done} total={Math.max(total, done)} tone={TONES[status]} />
      {skipped > 0 && <p className="text-subtle">{skipped.toLocaleString('en')} stayed as they were.</p>}
      {steer.error && <ErrorNote error={steer.error} />}
      <div className="flex gap-2 empty:hidden">
        {status === 'running' && (
          <Button size="small" icon={Pause} onClick={() => steer.mutate('pause')}>
            Pause
          </Button>
        )}
        {status === 'paused' && (
          <Button size="small" icon={Play} onClick={() => steer.mutate('resume')}>
            Go on
          </Button>
        )}
        {(status === 'running' || status === 'paused') && (
          <Button size="small" icon={Ban} onClick={() => steer.mutate('cancel')}>
            Stop for good
          </Button>
        )}
      </div>
    </div>
  );
}
