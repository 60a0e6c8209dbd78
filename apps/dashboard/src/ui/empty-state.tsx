import { CloudAlert, Inbox, type LucideIcon, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { TONE_TINT, type Tone } from './tone.ts';

interface EmptyStateProps {
  /**
   * `nothing-yet`: there is nothing at all, and `children` say how to begin. `no-match`: the filters hide everything.
   * `unreadable`: it could not be read, and nobody knows whether there is something.
   */
  kind: 'nothing-yet' | 'no-match' | 'unreadable';
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string | undefined;
}

/** In place of a list without rows. The three kinds must not be mistaken for one another. */
export function EmptyState({ kind, title, children, actions, className }: EmptyStateProps) {
  const { icon: Icon, tone } = LOOKS[kind];
  return (
    <div
      role={kind === 'unreadable' ? 'alert' : 'status'}
      className={classNames('flex flex-col items-center gap-3 px-4 py-8 text-center', className)}
    >
      <span
        className={classNames('inline-flex size-9 items-center justify-center rounded-lg', TONE_TINT[tone])}
      >
        <Icon aria-hidden className="size-4.5" />
      </span>
      <div className="flex w-full max-w-md flex-col items-center gap-1">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="w-full text-subtle">{children}</div>}
      </div>
      {actions !== undefined && <div className="flex flex-wrap justify-center gap-2">{actions}</div>}
    </div>
  );
}

const LOOKS: Readonly<Record<EmptyStateProps['kind'], { icon: LucideIcon; tone: Tone }>> = {
  'nothing-yet': { icon: Inbox, tone: 'active' },
  'no-match': { icon: SearchX, tone: 'muted' },
  unreadable: { icon: CloudAlert, tone: 'danger' },
};
