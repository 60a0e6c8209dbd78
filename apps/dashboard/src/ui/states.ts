import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleX,
  type LucideIcon,
  RotateCw,
  SendHorizontal,
} from 'lucide-react';
import type { Tone } from './tone.ts';

/** How a state is shown, wherever it is shown. */
interface Look {
  tone: Tone;
  icon: LucideIcon;
  word: string;
}

export type DeliveryState = 'pending' | 'sending' | 'retrying' | 'success' | 'failed' | 'discarded';

export const DELIVERY_STATES: Readonly<Record<DeliveryState, Look>> = {
  pending: { tone: 'neutral', icon: CircleDashed, word: 'Pending' },
  sending: { tone: 'active', icon: SendHorizontal, word: 'Sending' },
  retrying: { tone: 'warning', icon: RotateCw, word: 'Retrying' },
  success: { tone: 'success', icon: CircleCheck, word: 'Delivered' },
  failed: { tone: 'danger', icon: CircleX, word: 'Gave up' },
  discarded: { tone: 'muted', icon: Ban, word: 'Discarded' },
};

export type EventState = 'pending' | 'processing' | 'processed' | 'failed' | 'dead_letter';

/** The status of an event follows from its deliveries, so it looks like the status of the delivery that decides. */
export const EVENT_STATES: Readonly<Record<EventState, Look>> = {
  pending: DELIVERY_STATES.pending,
  processing: { ...DELIVERY_STATES.sending, word: 'Processing' },
  processed: { ...DELIVERY_STATES.success, word: 'Processed' },
  failed: DELIVERY_STATES.retrying,
  dead_letter: { ...DELIVERY_STATES.failed, word: 'Dead letter' },
};
