import { linePath } from './charts/line-path.ts';
import { classNames } from './class-names.ts';
import { TONE_TEXT, type Tone } from './tone.ts';

interface SparklineProps {
  /** Says what the line shows, and its last value: `Deliveries per minute, now 42`. */
  label: string;
  /** At equal distances; null where nothing is known. */
  values: readonly (number | null)[];
  /** Absent: the highest of the values. */
  highest?: number | undefined;
  tone?: Tone | undefined;
  width?: number | undefined;
  height?: number | undefined;
  className?: string | undefined;
}

/** A small line without axes, for a row or a card. */
export function Sparkline({
  label,
  values,
  highest = Math.max(0, ...values.map((value) => value ?? 0)),
  tone = 'active',
  width = 80,
  height = 20,
  className,
}: SparklineProps) {
  const line = linePath(values, width, height - 2, highest);
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 -1 ${width} ${height}`}
      className={classNames('shrink-0 overflow-visible', TONE_TEXT[tone], className)}
    >
      <path
        d={line}
        fill="none"
        stroke="currentColor"
        strokeWidth={1.25}
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
