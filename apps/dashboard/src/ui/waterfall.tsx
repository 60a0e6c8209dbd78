import { Fragment } from 'react';
import { formatDuration } from '../time/format-time.ts';
import { waterfallBars } from './charts/waterfall-scale.ts';
import { classNames } from './class-names.ts';
import { TONE_SOLID, type Tone } from './tone.ts';

export interface WaterfallPhase {
  name: string;
  /** From the start of the attempt. */
  startMs: number;
  durationMs: number;
  tone: Tone;
}

interface WaterfallProps {
  /** `Attempt 2`. */
  label: string;
  phases: readonly WaterfallPhase[];
  className?: string | undefined;
}

/** What an attempt spent its time on, one phase below the other. */
export function Waterfall({ label, phases, className }: WaterfallProps) {
  const bars = waterfallBars(phases);
  return (
    <dl
      aria-label={label}
      className={classNames(
        'grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-px text-xs',
        className,
      )}
    >
      {phases.map((phase, index) => (
        <Fragment key={phase.name}>
          <dt className="text-subtle">{phase.name}</dt>
          <dd aria-hidden className="relative h-4.5">
            <span className="absolute inset-x-0 top-1/2 border-line border-t" />
            <span
              style={{ left: `${bars[index]?.left ?? 0}%`, width: `${bars[index]?.width ?? 0}%` }}
              className={classNames('absolute inset-y-1 rounded-xs', TONE_SOLID[phase.tone])}
            />
          </dd>
          <dd className="text-right tabular-nums">{formatDuration(phase.durationMs)}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
