import type { ReceivedEvent } from '@hookline/contracts';
import { useOpenLookup } from '../../shell/lookup-context.ts';
import { Unreadable } from '../../shell/unreadable.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';
import { usePayload } from './use-event.ts';

/** The payload as a tree. */
export function EventPayload({ event }: { event: ReceivedEvent }) {
  const { data, error, refetch } = usePayload(event.id);
  const openLookup = useOpenLookup();
  if (error) return <Unreadable error={error} onRetry={refetch} />;
  if (data === undefined) return <SkeletonRows count={6} />;
  return (
    <div className="grid gap-2">
      <div className="flex items-center justify-between text-subtle text-xs">
        {event.sizeBytes.toLocaleString('en')} bytes
        <CopyButton text={data} label="Copy the payload as it was received" />
      </div>
      <JsonTree
        text={data}
        label="Payload"
        onPick={(_segments, value) => openLookup(value)}
        className="max-h-[60vh]"
      />
    </div>
  );
}
