import type { ReceivedEvent } from '@hookline/contracts';
import { Ellipsis, Pencil, RotateCw, Send, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useCall } from '../../api/use-call.ts';
import { ChangeDialog } from '../../changes/change-dialog.tsx';
import { keysOf } from '../../keys/shortcuts.ts';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { useCan } from '../../session/access.ts';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../../ui/menu.tsx';
import { ReplayEdited } from './replay-edited.tsx';

type Open = 'retry' | 'replay' | 'replay-to' | 'replay-edited' | 'delete';

/** What one may do with an event. */
export function EventActions({ event }: { event: ReceivedEvent }) {
  const mayReplay = useCan('replays:write');
  const mayDelete = useCan('events:write');
  const [open, setOpen] = useState<Open>();
  const [, navigate] = useLocation();
  const close = () => setOpen(undefined);
  const hasFailed = event.status === 'failed' || event.status === 'dead_letter';
  const isUnmatched = event.matched === 0;
  const mayRetry = mayReplay && (hasFailed || isUnmatched);
  useShortcut('retry', () => setOpen('retry'), mayRetry);
  if (!mayReplay && !mayDelete) return null;
  return (
    <>
      {mayRetry && (
        <Button icon={RotateCw} tone="primary" shortcut={keysOf('retry')} onClick={() => setOpen('retry')}>
          {isUnmatched ? 'Match again' : 'Retry'}
        </Button>
      )}
      <Menu align="end" trigger={<IconButton icon={Ellipsis} label="More actions" />}>
        {mayReplay && (
          <>
            <MenuItem icon={Undo2} onSelect={() => setOpen('replay')}>
              Replay to its endpoints…
            </MenuItem>
            <MenuItem icon={Send} onSelect={() => setOpen('replay-to')}>
              Replay to another endpoint…
            </MenuItem>
            <MenuItem icon={Pencil} onSelect={() => setOpen('replay-edited')}>
              Replay with another payload…
            </MenuItem>
          </>
        )}
        {mayReplay && mayDelete && <MenuSeparator />}
        {mayDelete && (
          <MenuItem icon={Trash2} tone="danger" onSelect={() => setOpen('delete')}>
            Delete…
          </MenuItem>
        )}
      </Menu>
      {open === 'retry' && (
        <ChangeDialog
          title={isUnmatched ? 'Match this event again?' : 'Send the failed deliveries again?'}
          description={
            isUnmatched
              ? 'It is sent to the endpoints that match it now.'
              : 'Each failed delivery starts with a full set of retries. Deliveries that succeeded are not sent again.'
          }
          operation="retryEvent"
          request={{ params: { id: event.id } }}
          confirm={isUnmatched ? 'Match again' : 'Retry'}
          done={({ data }) => data.message}
          onClose={close}
        />
      )}
      {open === 'replay' && (
        <ChangeDialog
          title="Replay this event?"
          description="It is sent again to every endpoint that it was sent to, also to those that have it already. The id of the webhook is the same, so that receivers can recognise a repeat."
          operation="replayWebhook"
          request={{ params: { deliveryId: event.id } }}
          confirm="Replay"
          done={({ data }) => data.message}
          onClose={close}
        />
      )}
      {open === 'replay-to' && <ReplayTo event={event} onClose={close} />}
      {open === 'replay-edited' && <ReplayEdited event={event} onClose={close} />}
      {open === 'delete' && (
        <ChangeDialog
          title="Delete this event?"
          description="Its payload and the answers of the receivers are deleted for good, and its dead letters are discarded. The ledger still counts it."
          operation="deleteEvent"
          request={{ params: { id: event.id } }}
          confirm="Delete"
          tone="danger"
          done={({ data }) => data.message}
          onDone={() => navigate('/events')}
          onClose={close}
        />
      )}
    </>
  );
}

/** As many endpoints as are offered. With more, the id can be typed. */
const OFFERED = 500;

function ReplayTo({ event, onClose }: { event: ReceivedEvent; onClose: () => void }) {
  const [target, setTarget] = useState<string | null>(null);
  const endpoints =
    useCall('listEndpoints', { query: { userId: event.userId, limit: OFFERED } }).data?.data ?? [];
  return (
    <ChangeDialog
      title="Replay this event to another endpoint"
      description="Only the chosen endpoint gets it, whether it matches or not."
      operation="createReplay"
      request={{
        body: {
          selection: { kind: 'events', eventIds: [event.id] },
          userId: event.userId,
          ...(target !== null && { targetWebhookId: target }),
        },
      }}
      confirm="Replay"
      isReady={target !== null}
      done={() => 'The event is being sent'}
      onClose={onClose}
    >
      <Combobox
        label="Endpoint"
        value={target}
        onChange={setTarget}
        options={endpoints.map(({ id, name, url }) => ({ value: id, label: name, detail: url }))}
      />
    </ChangeDialog>
  );
}
