import { Ellipsis, RotateCw, Trash2, Undo2 } from 'lucide-react';
import type { BulkChange } from '../../changes/bulk-change.ts';
import { useCan } from '../../session/access.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Menu, MenuItem } from '../../ui/menu.tsx';
import type { Filters } from '../../url/filters.ts';
import {
  deleteMatching,
  replayMatching,
  retryMatching,
  whyNoDelete,
  whyNoReplay,
  whyNoRetry,
} from './event-bulk.ts';

interface MatchingActionsProps {
  filters: Filters;
  bounds: { startDate?: string; endDate?: string };
  onChange: (change: BulkChange) => void;
}

/** What can be done with all events that match the filters, also with those that are not on the screen. */
export function MatchingActions({ filters, bounds, onChange }: MatchingActionsProps) {
  const mayReplay = useCan('replays:write');
  const mayDelete = useCan('events:write');
  if (!mayReplay && !mayDelete) return null;
  const matching = { filters, bounds };
  const actions = [
    ...(mayReplay
      ? [
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
        ]
      : []),
    ...(mayDelete
      ? [
          {
            label: 'Delete all that match',
            icon: Trash2,
            obstacle: whyNoDelete(matching),
            make: () => deleteMatching(matching),
          },
        ]
      : []),
  ];
  return (
    <Menu align="end" trigger={<IconButton icon={Ellipsis} label="All events that match" />}>
      {actions.map(({ label, icon, obstacle, make }) => (
        <MenuItem
          key={label}
          icon={icon}
          tone={icon === Trash2 ? 'danger' : 'plain'}
          isDisabled={obstacle !== undefined}
          onSelect={() => onChange(make())}
        >
          {obstacle === undefined ? `${label}…` : `${label}: ${lowerFirst(obstacle)}`}
        </MenuItem>
      ))}
    </Menu>
  );
}

const lowerFirst = (text: string) => `${text[0]?.toLowerCase()}${text.slice(1)}`;
