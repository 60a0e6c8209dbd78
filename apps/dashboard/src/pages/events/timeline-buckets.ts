import type { Timeline } from '@hookline/contracts';
import type { HistogramBucket } from '../../ui/charts/buckets.ts';

type Step = Timeline['steps'][number];

/** The steps of a timeline without holes: a step in which nothing happened is not in the answer of the API. */
export function timelineBuckets(
  {
    startDate,
    endDate,
    stepSeconds,
    steps,
  }: Pick<Timeline, 'startDate' | 'endDate' | 'stepSeconds' | 'steps'>,
  countsOf: (step: Step) => Record<string, number>,
): HistogramBucket[] {
  const stepMs = stepSeconds * 1_000;
  const byTime = new Map(steps.map((step) => [Date.parse(step.at), step]));
  const buckets: HistogramBucket[] = [];
  for (let fromMs = Date.parse(startDate); fromMs < Date.parse(endDate); fromMs += stepMs) {
    const step = byTime.get(fromMs);
    buckets.push({ fromMs, toMs: fromMs + stepMs, counts: step ? countsOf(step) : {} });
  }
  return buckets;
}
