import { RotateCw, Trash2, Undo2 } from 'lucide-react';
import type { BulkChange } from '../../changes/bulk-change.ts';
import type { Matching } from '../../changes/matching.ts';
import { type MatchingAction, MatchingMenu } from '../../changes/matching-menu.tsx';
import { useCan } from '../../session/access.ts';
import {
  deleteMatching,
  replayMatching,
  retryMatching,
  whyNoDelete,
  whyNoReplay,
  whyNoRetry,
} from './event-bulk.ts';

interface MatchingActionsProps extends Matching {
  onChange: (change: BulkChange) => void;
}

/** What can be done with all events that match the filters, also with those that are not on the screen. */
export function MatchingActions({ filters, bounds, onChange }: MatchingActionsProps) {
  const mayReplay = useCan('replays:write');
  const mayDelete = useCan('events:write');
  const matching = { filters, bounds };
  const replays: MatchingAction[] = [
    {
      label: 'Send dead letters again',
      icon: RotateCw,
      obstacle: whyNoRetry(matching),
      make: () => retryMatching(matching),
    },
    {
      label: 'Replay all that match',
      icon: Undo2,
      obstacle: whyNoReplay(matching),
      make: () => replayMatching(matching),
    },
  ];
  const deletion: MatchingAction = {
    label: 'Delete all that match',
    icon: Trash2,
    tone: 'danger',
    obstacle: whyNoDelete(matching),
    make: () => deleteMatching(matching),
  };
  const actions = [...(mayReplay ? replays : []), ...(mayDelete ? [deletion] : [])];
  return <MatchingMenu label="All events that match" actions={actions} onChange={onChange} />;
}
