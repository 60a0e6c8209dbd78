import type { ReceivedEvent } from '@hookline/contracts';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { parseExactly } from '../../api/exact-json.ts';
import { ChangeDialog } from '../../changes/change-dialog.tsx';
import { ErrorNote } from '../../changes/error-note.tsx';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { usePayload } from './use-event.ts';

interface ReplayEditedProps {
  event: ReceivedEvent;
  onClose: () => void;
}

/** Publishes the event again with another payload. */
export function ReplayEdited({ event, onClose }: ReplayEditedProps) {
  const { data, error } = usePayload(event.id);
  if (data !== undefined) return <Editor event={event} payload={data} onClose={onClose} />;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Replay with another payload" size="large">
      {error ? <ErrorNote error={error} /> : <Skeleton className="h-40 w-full" />}
    </Dialog>
  );
}

function Editor({ event, payload, onClose }: ReplayEditedProps & { payload: string }) {
  const [text, setText] = useState(() => JSON.stringify(parseExactly(payload), null, 2));
  const [, navigate] = useLocation();
  const parsed = parse(text);
  return (
    <ChangeDialog
      title="Replay with another payload"
      description="It becomes a new event, marked as a replay, and goes to the endpoints that match it. The journeys of both name the other one."
      size="large"
      operation="replayEdited"
      request={{ params: { id: event.id }, body: { data: 'value' in parsed ? parsed.value : null } }}
      confirm="Replay"
      isReady={'value' in parsed}
      done={({ data }) => `The new event is ${data.eventId}`}
      onDone={({ data }) => navigate(`/events/${data.eventId}`)}
      onClose={onClose}
    >
      <CodeEditor
        label="Payload"
        language="json"
        value={text}
        onChange={setText}
        minLines={8}
        maxLines={20}
        {...('problem' in parsed && { error: parsed.problem })}
      />
    </ChangeDialog>
  );
}

function parse(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: parseExactly(text) };
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
