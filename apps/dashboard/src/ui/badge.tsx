import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONE_TEXT, TONE_TINT, type Tone } from './tone.ts';

export type { Tone } from './tone.ts';

interface BadgeProps {
  tone: Tone;
  /** A colour alone says nothing to those who do not see it. */
  icon: LucideIcon;
  children: ReactNode;
  /** `plain`: without a background, for a column of a list. */
  look?: 'tinted' | 'plain' | undefined;
  className?: string | undefined;
}

/** A state: icon, word and colour. */
export function Badge({ tone, icon: Icon, children, look = 'tinted', className }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex min-w-0 items-center gap-1 whitespace-nowrap font-medium text-xs',
        look === 'tinted' ? classNames('h-5 rounded-sm px-1.5', TONE_TINT[tone]) : TONE_TEXT[tone],
        className,
      )}
    >
      <Icon aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">{children}</span>
    </span>
  );
}
