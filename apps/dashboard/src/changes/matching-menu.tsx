import { Ellipsis, type LucideIcon } from 'lucide-react';
import { IconButton } from '../ui/icon-button.tsx';
import { Menu, MenuItem } from '../ui/menu.tsx';
import type { BulkChange } from './bulk-change.ts';

export interface MatchingAction {
  label: string;
  icon: LucideIcon;
  tone?: 'plain' | 'danger';
  /** What is in the way, if something is. */
  obstacle: string | undefined;
  make: () => BulkChange;
}

interface MatchingMenuProps {
  /** `All events that match`. */
  label: string;
  /** Those that the person may do. */
  actions: readonly MatchingAction[];
  onChange: (change: BulkChange) => void;
}

/** What can be done with all that match the filters of a list, also with those that are not on the screen. */
export function MatchingMenu({ label, actions, onChange }: MatchingMenuProps) {
  if (actions.length === 0) return null;
  return (
    <Menu align="end" trigger={<IconButton icon={Ellipsis} label={label} />}>
      {actions.map(({ label: action, icon, tone, obstacle, make }) => (
        <MenuItem
          key={action}
          icon={icon}
          tone={tone}
          isDisabled={obstacle !== undefined}
          onSelect={() => onChange(make())}
        >
          {obstacle === undefined ? `${action}…` : `${action}: ${lowerFirst(obstacle)}`}
        </MenuItem>
      ))}
    </Menu>
  );
}

const lowerFirst = (text: string) => `${text[0]?.toLowerCase()}${text.slice(1)}`;
