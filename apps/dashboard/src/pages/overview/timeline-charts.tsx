import type { Timeline } from '@hookline/contracts';
import { formatDuration } from '../../time/format-time.ts';
import type { SeriesColour } from '../../ui/charts/time-series-props.ts';
import { TimeSeries } from '../../ui/time-series.tsx';
import { timelineSeries } from './timeline-series.ts';

interface ChartProps {
  timeline: Timeline;
  onBrush: (fromMs: number, toMs: number) => void;
}

const COLOURS: readonly SeriesColour[] = ['series-1', 'series-2', 'series-3', 'series-4', 'series-5'];

/** How many events came, by provider. */
export function ReceivedChart({ timeline, onBrush }: ChartProps) {
  const { timesMs, providers } = timelineSeries(timeline, COLOURS.length);
  return (
    <TimeSeries
      label="Events received"
      timesMs={timesMs}
      series={providers.map(({ name, values }, index) => ({
        id: name,
        label: name,
        colour: COLOURS[index] as SeriesColour,
        values,
      }))}
      format={(value) => value.toLocaleString('en')}
      onBrush={onBrush}
    />
  );
}

/** How long attempts took. */
export function LatencyChart({ timeline, onBrush }: ChartProps) {
  const { timesMs, stepAt } = timelineSeries(timeline, COLOURS.length);
  const percentile = (name: 'p50Ms' | 'p95Ms' | 'p99Ms') =>
    timesMs.map((timeMs) => stepAt(timeMs)?.durations[name] ?? null);
  return (
    <TimeSeries
      label="Time of an attempt"
      timesMs={timesMs}
      series={[
        { id: 'p50', label: 'median', colour: 'series-2', values: percentile('p50Ms') },
        { id: 'p95', label: '95 %', colour: 'series-1', values: percentile('p95Ms') },
        { id: 'p99', label: '99 %', colour: 'series-3', values: percentile('p99Ms') },
      ]}
      format={formatDuration}
      onBrush={onBrush}
    />
  );
}
