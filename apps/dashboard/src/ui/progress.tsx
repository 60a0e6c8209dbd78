import { Progress as Base } from '@base-ui/react/progress';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONE_SOLID } from './tone.ts';

interface ProgressProps {
  label: string;
  /** How many are done. null: nobody knows yet how many there are. */
  value: number | null;
  total: number;
  tone?: 'active' | 'success' | 'warning' | 'danger' | undefined;
  /** In place of "120 of 3,412". */
  text?: ReactNode;
  className?: string | undefined;
}

/** How far a job is. */
export function Progress({ label, value, total, tone = 'active', text, className }: ProgressProps) {
  return (
    <Base.Root
      value={value}
      max={Math.max(total, 1)}
      className={classNames('grid grid-cols-[1fr_auto] gap-x-3 gap-y-1.5', className)}
    >
      <Base.Label className="truncate font-medium text-xs">{label}</Base.Label>
      <span className="text-subtle text-xs tabular-nums">
        {text ??
          (value === null ? 'counting…' : `${value.toLocaleString('en')} of ${total.toLocaleString('en')}`)}
      </span>
      <Base.Track className="col-span-2 h-1.5 overflow-hidden rounded-full bg-muted-tint">
        <Base.Indicator
          className={classNames(
            'h-full rounded-full transition-all',
            TONE_SOLID[tone],
            value === null && 'w-1/4 animate-pulse',
          )}
        />
      </Base.Track>
    </Base.Root>
  );
}
