import { type KeyboardEvent, type PointerEvent, useId, useRef, useState } from 'react';
import { formatMinute, formatTimeOfDay } from '../time/format-time.ts';
import { useZone, type Zone } from '../time/zone.ts';
import { bucketAt, type HistogramBucket, stackBars, totalOf } from './charts/buckets.ts';
import { classNames } from './class-names.ts';
import { TONE_FILL, TONE_SOLID, type Tone } from './tone.ts';
import { useWidth } from './use-width.ts';

export type { HistogramBucket } from './charts/buckets.ts';

interface HistogramProps {
  /** What is counted: `Events received`. */
  label: string;
  /** From the oldest to the newest, without holes. */
  buckets: readonly HistogramBucket[];
  /** The names in `counts`, from the bottom of a bar to its top. */
  series: readonly { id: string; label: string; tone: Tone }[];
  height?: number | undefined;
  /** Offers to choose a range by dragging, by a click on a bar, or with the keys. */
  onBrush?: ((fromMs: number, toMs: number) => void) | undefined;
  className?: string | undefined;
}

/** The first and the last bucket of a choice, in the order in which they were touched. */
type Range = readonly [anchor: number, head: number];

/** How much happened when, by outcome. */
export function Histogram({ label, buckets, series, height = 48, onBrush, className }: HistogramProps) {
  const id = useId();
  const zone = useZone();
  const [setFrame, width = 0] = useWidth();
  const [range, setRange] = useState<Range>();
  const isDragging = useRef(false);
  const first = buckets[0];
  const last = buckets.at(-1);
  const names = series.map((each) => each.id);
  const highest = Math.max(1, ...buckets.map(totalOf));
  const step = width / Math.max(buckets.length, 1);
  const [low, high] = range === undefined ? [-1, -1] : [Math.min(...range), Math.max(...range)];

  const placeOf = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    return bucketAt(event.clientX - box.left, box.width, buckets.length);
  };
  const brush = () => {
    const from = buckets[low]?.fromMs;
    const to = buckets[high]?.toMs;
    if (from !== undefined && to !== undefined) onBrush?.(from, to);
    setRange(undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (move !== undefined) {
      const head = Math.min(buckets.length - 1, Math.max(0, (range?.[1] ?? buckets.length) + move));
      setRange([event.shiftKey ? (range?.[0] ?? head) : head, head]);
    } else if (event.key === 'Enter' && range) brush();
    else if (event.key === 'Escape' && range) setRange(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shown = range === undefined ? buckets : buckets.slice(low, high + 1);
  return (
    <figure aria-label={label} className={classNames('min-w-0 select-none', className)}>
      <figcaption
        id={id}
        // The counts change with each event. Only those of a choice are read out.
        aria-live={range === undefined ? 'off' : 'polite'}
        className="mb-1 flex h-4 items-center gap-3 overflow-hidden whitespace-nowrap text-2xs text-subtle tabular-nums"
      >
        <span className={range === undefined ? 'truncate max-sm:hidden' : 'shrink-0'}>
          {describeTimes(shown, zone)}
        </span>
        {series.map((each) => {
          const count = shown.reduce((sum, { counts }) => sum + (counts[each.id] ?? 0), 0);
          return (
            <span
              key={each.id}
              className={classNames('inline-flex items-center gap-1', count === 0 && 'text-faint')}
            >
              <span aria-hidden className={classNames('size-2 rounded-xs', TONE_SOLID[each.tone])} />
              {each.label} {count.toLocaleString('en')}
            </span>
          );
        })}
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: no element of HTML is a chart in which one chooses a range */}
      <div
        ref={setFrame}
        role="group"
        aria-label={`${label}: choose a time with the arrow keys, more with Shift, then press Enter`}
        aria-describedby={id}
        tabIndex={onBrush ? 0 : undefined}
        onKeyDown={onBrush && onKeyDown}
        onBlur={() => setRange(undefined)}
        onPointerDown={(event) => {
          if (!onBrush || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          isDragging.current = true;
          setRange([placeOf(event), placeOf(event)]);
        }}
        onPointerMove={(event) => {
          const place = placeOf(event);
          setRange((before) => [isDragging.current && before ? before[0] : place, place]);
        }}
        onPointerUp={() => {
          if (!isDragging.current) return;
          isDragging.current = false;
          brush();
        }}
        onPointerCancel={() => {
          isDragging.current = false;
          setRange(undefined);
        }}
        onPointerLeave={() => {
          if (!isDragging.current) setRange(undefined);
        }}
        className={classNames('relative touch-pan-y rounded-xs', onBrush && 'cursor-crosshair')}
        style={{ height }}
      >
        <svg aria-hidden width="100%" height={height} className="block overflow-visible">
          <line x1="0" x2="100%" y1={height - 0.5} y2={height - 0.5} className="stroke-line" />
          {range !== undefined && (
            <rect
              x={low * step}
              y={0}
              width={(high - low + 1) * step}
              height={height}
              className="fill-accent/15"
            />
          )}
          {buckets.map((bucket, index) =>
            stackBars(bucket, names, highest, height).map((bar) => (
              <rect
                key={`${bucket.fromMs} ${bar.series}`}
                x={index * step + Math.min(0.5, step / 8)}
                y={bar.y}
                width={Math.max(1, step - Math.min(1, step / 4))}
                height={bar.height}
                className={classNames(
                  TONE_FILL[series.find((each) => each.id === bar.series)?.tone ?? 'muted'],
                  range !== undefined && (index < low || index > high) && 'opacity-60',
                )}
              />
            )),
          )}
        </svg>
        <span className="pointer-events-none absolute top-0 right-0 rounded-xs bg-surface/80 px-0.5 text-2xs text-faint tabular-nums leading-none">
          {highest.toLocaleString('en')}
        </span>
      </div>
      <div aria-hidden className="mt-0.5 flex justify-between text-2xs text-faint tabular-nums">
        {first && <span>{formatMinute(first.fromMs, zone)}</span>}
        {last && <span>{formatMinute(last.toMs, zone)}</span>}
      </div>
    </figure>
  );
}

function describeTimes(buckets: readonly HistogramBucket[], zone: Zone): string {
  const from = buckets[0]?.fromMs;
  const to = buckets.at(-1)?.toMs;
  if (from === undefined || to === undefined) return '';
  return to - from < 120_000
    ? `${formatTimeOfDay(from, zone).slice(0, 8)} – ${formatTimeOfDay(to, zone).slice(0, 8)}`
    : `${formatMinute(from, zone)} – ${formatMinute(to, zone)}`;
}
