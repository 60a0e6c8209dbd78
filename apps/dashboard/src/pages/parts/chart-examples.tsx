import { Activity, CircleCheck, Skull } from 'lucide-react';
import { useMemo } from 'react';
import { Histogram, type HistogramBucket } from '../../ui/histogram.tsx';
import { Panel } from '../../ui/panel.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { Stat } from '../../ui/stat.tsx';
import { TimeSeries } from '../../ui/time-series.tsx';
import { Waterfall } from '../../ui/waterfall.tsx';

const START = Date.UTC(2026, 11, 1, 14);
const MINUTE = 60_000;

/** The same values each time, so that a picture of the page is the same each time. */
const wave = (index: number, period: number): number => (Math.sin((index / period) * Math.PI * 2) + 1) / 2;

const BUCKETS: readonly HistogramBucket[] = Array.from({ length: 60 }, (_, index) => ({
  fromMs: START + index * MINUTE,
  toMs: START + (index + 1) * MINUTE,
  counts: {
    success: Math.round(80 + wave(index, 23) * 160 + wave(index, 5) * 40),
    retrying: index > 32 && index < 41 ? Math.round(wave(index - 32, 16) * 60) : 0,
    failed: index % 17 === 3 ? 4 : 0,
  },
}));

const TIMES = BUCKETS.map(({ fromMs }) => fromMs);

export function ChartExamples() {
  const series = useMemo(
    () => [
      {
        id: 'p50',
        label: 'p50',
        colour: 'series-1' as const,
        values: TIMES.map((_, index) => 40 + wave(index, 19) * 22),
      },
      {
        id: 'p99',
        label: 'p99',
        colour: 'series-3' as const,
        values: TIMES.map((_, index) => (index > 20 && index < 24 ? null : 160 + wave(index, 11) * 140)),
      },
    ],
    [],
  );
  return (
    <>
      <div className="grid grid-cols-2 gap-3 md:col-span-2 lg:grid-cols-4">
        <Stat
          label="Received"
          value="12,408"
          detail="in the last hour"
          icon={Activity}
          chart={
            <Sparkline
              label="Events per minute, now 203"
              values={BUCKETS.map(({ counts }) => counts['success'] ?? 0)}
            />
          }
        />
        <Stat
          label="Delivered"
          value="99.2"
          unit="%"
          tone="success"
          icon={CircleCheck}
          detail="12,304 of 12,408"
          href="/parts"
        />
        <Stat label="Dead letters" value="4" tone="danger" icon={Skull} detail="2 endpoints" href="/parts" />
        <Stat label="p95" value="184" unit="ms" detail="30 ms less than yesterday" />
      </div>
      <Panel title="Histogram" detail="drag to choose a time" className="md:col-span-2">
        <Histogram
          label="Events received"
          buckets={BUCKETS}
          series={[
            { id: 'success', label: 'delivered', tone: 'success' },
            { id: 'retrying', label: 'retrying', tone: 'warning' },
            { id: 'failed', label: 'gave up', tone: 'danger' },
          ]}
          onBrush={() => {}}
        />
      </Panel>
      <Panel title="TimeSeries" detail="latency of deliveries">
        <TimeSeries
          label="Latency of deliveries"
          timesMs={TIMES}
          series={series}
          format={(value) => `${Math.round(value)} ms`}
          onBrush={() => {}}
        />
      </Panel>
      <Panel title="Waterfall, Sparkline">
        <Waterfall
          label="Attempt 2"
          phases={[
            { name: 'DNS', startMs: 0, durationMs: 4, tone: 'neutral' },
            { name: 'Connect', startMs: 4, durationMs: 21, tone: 'neutral' },
            { name: 'TLS', startMs: 25, durationMs: 38, tone: 'neutral' },
            { name: 'First byte', startMs: 63, durationMs: 812, tone: 'active' },
            { name: 'Body', startMs: 875, durationMs: 3, tone: 'success' },
          ]}
        />
        <div className="mt-4 flex items-center gap-4">
          <Sparkline
            label="Success rate, now 99 %"
            tone="success"
            values={TIMES.map((_, index) => 90 + wave(index, 9) * 10)}
            highest={100}
          />
          <Sparkline
            label="Failures, now 3"
            tone="danger"
            values={TIMES.map((_, index) => (index % 13 === 0 ? null : wave(index, 30)))}
          />
        </div>
      </Panel>
    </>
  );
}
