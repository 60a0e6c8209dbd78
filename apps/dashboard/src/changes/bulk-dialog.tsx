import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { queryClient } from '../api/query-client.ts';
import { call } from '../api/use-call.ts';
import { formatDuration } from '../time/format-time.ts';
import { Button } from '../ui/button.tsx';
import { CurlLine } from '../ui/curl-line.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { Skeleton } from '../ui/skeleton.tsx';
import { TextField } from '../ui/text-field.tsx';
import { type BulkChange, countOf, JOB_CALLS } from './bulk-change.ts';
import { BulkProgress } from './bulk-progress.tsx';
import { commandLinesOf } from './command-lines.ts';
import { ErrorNote } from './error-note.tsx';

/** The answers of all three calls to a dry run, as far as they are alike. */
interface Preview {
  total: number;
  totalExact: boolean;
  estimatedSeconds?: number;
  warning?: string | null;
  skipped?: number;
}

/** The request of a change, whose type the compiler cannot follow through the three operations. */
const send = (
  { operation, body }: BulkChange,
  more: { dryRun?: true; expectedCount?: number; reason?: string },
) => call(operation, { body: { ...body, ...more } } as never) as unknown as Promise<{ data: unknown }>;

/** Counts what a change would do, asks, does it, and shows how far it is. */
export function BulkDialog({ change, onClose }: { change: BulkChange; onClose: () => void }) {
  const [jobId, setJobId] = useState<string>();
  const [reason, setReason] = useState('');
  const why = reason.trim() === '' ? undefined : reason.trim();
  const preview = useQuery({
    queryKey: ['dryRun', change.operation, change.body],
    queryFn: async () => (await send(change, { dryRun: true })).data as Preview,
    staleTime: 0,
    gcTime: 0,
  });
  const start = useMutation({
    mutationFn: async () => {
      const expected = preview.data?.totalExact ? { expectedCount: preview.data.total } : {};
      const answer = (await send(change, { ...expected, ...(why !== undefined && { reason: why }) }))
        .data as {
        id: string;
      };
      return answer.id;
    },
    onSuccess: (id) => {
      setJobId(id);
      void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'dryRun' });
    },
  });
  const lines = useMemo(
    () =>
      commandLinesOf(change.operation, {
        body: { ...change.body, ...(why !== undefined && { reason: why }) },
      } as never),
    [change, why],
  );
  const isNothing = preview.data?.total === 0;

  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={change.title}
      description={change.description}
      footer={
        jobId === undefined ? (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              tone={change.tone ?? 'primary'}
              disabled={!preview.data || isNothing}
              isBusy={start.isPending}
              onClick={() => start.mutate()}
            >
              {preview.data && !isNothing
                ? `${change.confirm} ${countOf(preview.data.total, preview.data.totalExact, change.noun)}`
                : change.confirm}
            </Button>
          </>
        ) : (
          <Button onClick={onClose}>Close</Button>
        )
      }
    >
      <div className="grid gap-3">
        {jobId !== undefined ? (
          <BulkProgress calls={JOB_CALLS[change.operation]} id={jobId} />
        ) : preview.error ? (
          <ErrorNote error={preview.error} />
        ) : (
          <PreviewText preview={preview.data} noun={change.noun} />
        )}
        {jobId === undefined && change.asksReason && !isNothing && (
          <TextField label="Reason (optional)" value={reason} onChange={setReason} maxLength={1_000} />
        )}
        {start.error && <ErrorNote error={start.error} />}
        {jobId === undefined && <CurlLine {...lines} />}
      </div>
    </Dialog>
  );
}

function PreviewText({ preview, noun }: { preview: Preview | undefined; noun: string }) {
  if (!preview) return <Skeleton className="h-5 w-40" />;
  const { total, totalExact, estimatedSeconds, warning, skipped } = preview;
  return (
    <div role="status">
      <p className="font-medium text-md">
        {total === 0 ? 'Nothing is selected.' : countOf(total, totalExact, noun)}
      </p>
      <p className="text-subtle">
        {[
          estimatedSeconds !== undefined &&
            total > 0 &&
            `takes about ${formatDuration(estimatedSeconds * 1_000)}`,
          skipped !== undefined && skipped > 0 && `${skipped.toLocaleString('en')} of them stay as they are`,
          warning,
        ]
          .filter(Boolean)
          .join('. ')}
      </p>
    </div>
  );
}
