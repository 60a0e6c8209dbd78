import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { formatMinute, formatTimeOfDay } from '../../time/format-time.ts';
import { useZone, type Zone } from '../../time/zone.ts';
import { useWidth } from '../use-width.ts';
import { resolveColours } from './resolve-colours.ts';
import type { TimeSeriesProps } from './time-series-props.ts';
import { useThemeChanges } from './use-theme-changes.ts';

/** The table for screen readers has this many rows at most, the newest ones. */
const TABLE_ROWS = 50;
const plain = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 });

/** uPlot draws on a canvas, which nobody can read out or reach with keys. So there are a table and arrow keys beside it. */
export default function TimeSeriesPlot({
  label,
  timesMs,
  series,
  format = plain,
  height = 180,
  onBrush,
}: TimeSeriesProps) {
  const id = useId();
  const zone = useZone();
  const theme = useThemeChanges();
  const [setFrame, width] = useWidth();
  const holder = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [cursor, setCursor] = useState<number>();
  const latest = useRef({ onBrush, format });
  latest.current = { onBrush, format };

  const shape = series.map((each) => `${each.id} ${each.label} ${each.colour}`).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot is made again when its form changes, not its values
  useEffect(() => {
    const element = holder.current;
    if (element === null || width === undefined) return;
    const made = new uPlot(
      optionsOf({
        element,
        width,
        height,
        zone,
        series,
        format: (value) => latest.current.format(value),
        canBrush: onBrush !== undefined,
        onCursor: setCursor,
        onBrush: (fromMs, toMs) => latest.current.onBrush?.(fromMs, toMs),
      }),
      dataOf(timesMs, series),
      element,
    );
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, zone, theme, width === undefined, height, onBrush === undefined]);

  useEffect(() => {
    if (width !== undefined) plot.current?.setSize({ width, height });
  }, [width, height]);

  useEffect(() => {
    plot.current?.setData(dataOf(timesMs, series));
  }, [timesMs, series]);

  const onKeyDown = (event: KeyboardEvent) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const made = plot.current;
    if (move === undefined || !made) return;
    event.preventDefault();
    event.stopPropagation();
    const index = Math.min(timesMs.length - 1, Math.max(0, (cursor ?? timesMs.length) + move));
    made.setCursor({ left: made.valToPos((timesMs[index] ?? 0) / 1_000, 'x'), top: height / 2 });
  };

  const newest = timesMs.length - 1;
  const shown = Math.min(cursor ?? newest, newest);
  const shownMs = timesMs[shown];
  const firstRow = Math.max(0, timesMs.length - TABLE_ROWS);
  return (
    <figure aria-label={label} className="min-w-0">
      <figcaption
        id={id}
        className="mb-1 flex h-5 items-center gap-3 overflow-hidden whitespace-nowrap text-subtle text-xs tabular-nums"
      >
        {shownMs !== undefined && <span className="text-faint">{formatMinute(shownMs, zone)}</span>}
        {series.map((each) => (
          <span key={each.id} className="inline-flex items-center gap-1.5">
            <span
              aria-hidden
              className="h-0.5 w-3 rounded-full"
              style={{ background: `var(--color-${each.colour})` }}
            />
            {each.label}
            <span className="text-text">{write(each.values[shown], format)}</span>
          </span>
        ))}
      </figcaption>
      {/* biome-ignore lint/a11y/useSemanticElements: no element of HTML is a chart with a cursor */}
      <div
        ref={setFrame}
        role="group"
        aria-label={`${label}: move through the values with the arrow keys`}
        aria-describedby={id}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys do what the pointer does
        tabIndex={0}
        onKeyDown={onKeyDown}
        className="rounded-xs"
        style={{ height }}
      >
        <div ref={holder} aria-hidden />
      </div>
      <table className="sr-only">
        <caption>{label}</caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((each) => (
              <th key={each.id} scope="col">
                {each.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {timesMs.slice(firstRow).map((timeMs, index) => (
            <tr key={timeMs}>
              <th scope="row">{formatMinute(timeMs, zone)}</th>
              {series.map((each) => (
                <td key={each.id}>{write(each.values[firstRow + index], format)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

const DAY_MS = 86_400_000;
const axisTime = (timeMs: number, stepMs: number, zone: Zone): string =>
  stepMs >= DAY_MS
    ? formatMinute(timeMs, zone)
    : formatTimeOfDay(timeMs, zone).slice(0, stepMs < 60_000 ? 8 : 5);

const write = (value: number | null | undefined, format: (value: number) => string): string =>
  value === null || value === undefined ? '–' : format(value);

/** uPlot counts in seconds. */
const dataOf = (timesMs: readonly number[], series: TimeSeriesProps['series']): uPlot.AlignedData => [
  timesMs.map((timeMs) => timeMs / 1_000),
  ...series.map(({ values }) => [...values]),
];

interface Plan {
  element: HTMLElement;
  width: number;
  height: number;
  zone: Zone;
  series: TimeSeriesProps['series'];
  format: (value: number) => string;
  canBrush: boolean;
  onCursor: (index: number | undefined) => void;
  onBrush: (fromMs: number, toMs: number) => void;
}

function optionsOf({
  element,
  width,
  height,
  zone,
  series,
  format,
  canBrush,
  onCursor,
  onBrush,
}: Plan): uPlot.Options {
  const colours = resolveColours(element, ['line', 'faint', ...series.map(({ colour }) => colour)]);
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis: uPlot.Axis = {
    stroke: colours['faint'] ?? 'gray',
    font,
    grid: { stroke: colours['line'] ?? 'gray', width: 1 },
    ticks: { show: false },
  };
  return {
    width,
    height,
    ...(zone === 'utc'
      ? { tzDate: (seconds: number) => uPlot.tzDate(new Date(seconds * 1_000), 'UTC') }
      : {}),
    legend: { show: false },
    padding: [6, 6, 0, 0],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: canBrush, y: false, setScale: false },
    },
    scales: { y: { range: (_, _low, high) => [0, Math.max(high * 1.08, 1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        space: 64,
        values: (_, seconds, _axis, _space, increment) =>
          seconds.map((each) => axisTime(each * 1_000, increment * 1_000, zone)),
      },
      { ...axis, size: 48, values: (_, values) => values.map((value) => format(value)) },
    ],
    series: [
      {},
      ...series.map(({ label, colour }) => ({
        label,
        stroke: colours[colour] ?? 'gray',
        width: 1.5,
        points: { show: false },
      })),
    ],
    hooks: {
      setCursor: [({ cursor }) => onCursor(cursor.idx ?? undefined)],
      setSelect: [
        (self) => {
          if (self.select.width < 2) return;
          const from = self.posToVal(self.select.left, 'x') * 1_000;
          const to = self.posToVal(self.select.left + self.select.width, 'x') * 1_000;
          self.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          onBrush(Math.round(from), Math.round(to));
        },
      ],
    },
  };
}
