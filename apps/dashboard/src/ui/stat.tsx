import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Link } from './link.tsx';
import { TONE_TEXT, type Tone } from './tone.ts';

interface StatProps {
  label: string;
  value: ReactNode;
  unit?: string | undefined;
  /** A line under the number: what it is compared with, or why. */
  detail?: ReactNode;
  tone?: Tone | undefined;
  /** With a tone, so that the colour is not alone. */
  icon?: LucideIcon | undefined;
  /** The list of what was counted. */
  href?: string | undefined;
  /** At the right, such as a sparkline. */
  chart?: ReactNode;
}

/** One number that is worth a look. */
export function Stat({ label, value, unit, detail, tone, icon: Icon, href, chart }: StatProps) {
  const content = (
    <>
      <div className="flex items-center gap-1.5 text-subtle text-xs">
        {Icon && <Icon aria-hidden className={classNames('size-3.5', tone && TONE_TEXT[tone])} />}
        {label}
      </div>
      <div className="mt-1 flex items-end justify-between gap-3">
        <div
          className={classNames('font-semibold text-xl tabular-nums tracking-tight', tone && TONE_TEXT[tone])}
        >
          {value}
          {unit !== undefined && <span className="ml-1 font-normal text-sm text-subtle">{unit}</span>}
        </div>
        {chart !== undefined && <div className="max-sm:hidden">{chart}</div>}
      </div>
      {detail !== undefined && <div className="mt-0.5 text-subtle text-xs">{detail}</div>}
    </>
  );
  const frame = 'block min-w-0 rounded-lg border border-line bg-surface px-3 py-2.5';
  return href === undefined ? (
    <div className={frame}>{content}</div>
  ) : (
    <Link href={href} look="bare" className={classNames(frame, 'transition-colors hover:border-line-strong')}>
      {content}
    </Link>
  );
}
