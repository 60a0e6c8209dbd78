import type { Registry } from 'prom-client';
import type { ReportedMetric } from './reported-metrics.ts';

const PREFIX = 'hookline_';

/**
 * Reads metrics as sums over their labels. A histogram has `<name>_sum` and `<name>_count`, a metric with `by` one number
 * for each value of that label: `lanes{open}`. A metric that the registry does not have is left out.
 */
export async function readReported(
  registry: Registry,
  metrics: readonly ReportedMetric[],
): Promise<Record<string, number>> {
  const read = await Promise.all(
    metrics.map(async ({ name, by }) => {
      const sums: Record<string, number> = {};
      const metric = await registry.getSingleMetric(PREFIX + name)?.get();
      for (const each of metric?.values ?? []) {
        const {
          value,
          labels,
          metricName = PREFIX + name,
        } = each as {
          value: number;
          labels: Record<string, string | number | undefined>;
          metricName?: string;
        };
        if (metricName.endsWith('_bucket')) continue;
        const plain = metricName.slice(PREFIX.length);
        const key = by === undefined ? plain : `${plain}{${labels[by]}}`;
        sums[key] = (sums[key] ?? 0) + value;
      }
      return sums;
    }),
  );
  return Object.assign({}, ...read);
}
