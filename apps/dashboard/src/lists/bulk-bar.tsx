import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '../ui/icon-button.tsx';

interface BulkBarProps {
  count: number;
  onClear: () => void;
  /** What can be done with the chosen rows. */
  children: ReactNode;
}

/** At the foot of a list while rows are chosen. */
export function BulkBar({ count, onClear, children }: BulkBarProps) {
  if (count === 0) return null;
  return (
    <div
      role="toolbar"
      aria-label="Chosen rows"
      className="absolute bottom-10 left-1/2 z-10 flex max-w-full -translate-x-1/2 items-center gap-2 rounded-lg bg-raised py-1.5 pr-1.5 pl-3 shadow-popup"
    >
      <span className="whitespace-nowrap font-medium tabular-nums">{count.toLocaleString('en')} chosen</span>
      {children}
      <IconButton icon={X} label="Choose none" shortcut="Escape" size="small" onClick={onClear} />
    </div>
  );
}
