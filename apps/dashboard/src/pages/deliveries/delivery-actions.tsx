import type { Delivery } from '@hookline/contracts';
import { Ban, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { ChangeDialog } from '../../changes/change-dialog.tsx';
import { keysOf } from '../../keys/shortcuts.ts';
import { useShortcut } from '../../keys/use-shortcut.ts';
import { useCan } from '../../session/access.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { isOpen } from './delivery-words.ts';

/** What one may do with a delivery. */
export function DeliveryActions({ delivery }: { delivery: Delivery }) {
  const mayChange = useCan('replays:write');
  const [open, setOpen] = useState<'retry' | 'discard'>();
  const close = () => setOpen(undefined);
  const { id, status } = delivery;
  const mayRetry = mayChange && (status === 'failed' || status === 'discarded' || status === 'retrying');
  const mayDiscard = mayChange && (status === 'failed' || isOpen(delivery));
  useShortcut('retry', () => setOpen('retry'), mayRetry);
  return (
    <>
      {mayRetry && (
        <Button icon={RotateCw} tone="primary" shortcut={keysOf('retry')} onClick={() => setOpen('retry')}>
          Retry
        </Button>
      )}
      {mayDiscard && (
        <Button icon={Ban} onClick={() => setOpen('discard')}>
          {status === 'failed' ? 'Discard…' : 'Cancel…'}
        </Button>
      )}
      {open === 'retry' && (
        <ChangeDialog
          title="Send this delivery again?"
          description="It starts with a full set of retries. If its endpoint is switched off, it waits until the endpoint is switched on."
          operation="retryDelivery"
          request={{ params: { id } }}
          confirm="Retry"
          done={() => 'The delivery is being sent'}
          onClose={close}
        />
      )}
      {open === 'discard' && <DiscardDialog delivery={delivery} onClose={close} />}
    </>
  );
}

interface DiscardDialogProps {
  delivery: Delivery;
  onClose: () => void;
}

/** A dead letter is discarded, and an open delivery is cancelled: both become `discarded`. */
function DiscardDialog({ delivery: { id, status }, onClose }: DiscardDialogProps) {
  const [reason, setReason] = useState('');
  const isDead = status === 'failed';
  return (
    <ChangeDialog
      title={isDead ? 'Discard this dead letter?' : 'Cancel this delivery?'}
      description={
        isDead
          ? 'It is no longer listed and no replay sends it again. You can still send it again by its id.'
          : 'No further attempt begins. A request that is in flight may still reach the receiver. Deliveries with the same ordering key continue without it.'
      }
      operation={isDead ? 'discardDeadLetter' : 'cancelDelivery'}
      request={{ params: { id }, body: reason.trim() === '' ? {} : { reason: reason.trim() } }}
      confirm={isDead ? 'Discard' : 'Cancel the delivery'}
      tone="danger"
      done={() => (isDead ? 'The dead letter is discarded' : 'The delivery is cancelled')}
      onClose={onClose}
    >
      <TextField label="Reason (optional)" autoFocus value={reason} onChange={setReason} maxLength={1_000} />
    </ChangeDialog>
  );
}
