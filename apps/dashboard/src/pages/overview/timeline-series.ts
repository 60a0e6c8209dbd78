import type { Timeline } from '@hookline/contracts';
import { timelineBuckets } from '../events/timeline-buckets.ts';

interface TimelineSeries {
  /** The start of every step, also of those in which nothing happened. */
  timesMs: readonly number[];
  stepAt(timeMs: number): Timeline['steps'][number] | undefined;
  providers: readonly { name: string; values: readonly number[] }[];
}

const OTHERS = 'others';

/** The counters of a timeline as series. Beyond `most` providers, the rarest ones are added up as one. */
export function timelineSeries(timeline: Timeline, most: number): TimelineSeries {
  const timesMs = timelineBuckets(timeline, () => ({})).map(({ fromMs }) => fromMs);
  const indexOf = new Map(timeline.steps.map(({ at }, index) => [Date.parse(at), index]));
  const isCrowded = timeline.byProvider.length > most;
  const named = timeline.byProvider.slice(0, isCrowded ? most - 1 : most);
  const rest = timeline.byProvider.slice(named.length);
  const valuesOf = (members: typeof named) =>
    timesMs.map((timeMs) => {
      const index = indexOf.get(timeMs);
      return index === undefined ? 0 : members.reduce((sum, { received }) => sum + (received[index] ?? 0), 0);
    });
  return {
    timesMs,
    stepAt: (timeMs) => timeline.steps[indexOf.get(timeMs) ?? -1],
    providers: [
      ...named.map((each) => ({ name: each.provider, values: valuesOf([each]) })),
      ...(rest.length > 0 ? [{ name: OTHERS, values: valuesOf(rest) }] : []),
    ],
  };
}
