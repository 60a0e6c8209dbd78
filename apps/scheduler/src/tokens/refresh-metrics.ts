import { Counter, Histogram, type Registry } from '@hookline/service';
import type { RefreshOutcome } from './refresh-outcome.ts';

export interface RefreshMetrics {
  observe(provider: string, outcome: RefreshOutcome, durationSeconds: number): void;
}

export function createRefreshMetrics(registry: Registry): RefreshMetrics {
  const refreshes = new Counter({
    name: 'hookline_scheduler_token_refreshes_total',
    help: 'Refreshes of tokens by this replica, by how they ended',
    labelNames: ['provider', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'hookline_scheduler_token_refresh_duration_seconds',
    help: 'How long the refresh of a token took, until it was stored',
    labelNames: ['provider'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60],
    registers: [registry],
  });
  return {
    observe(provider, outcome, durationSeconds) {
      refreshes.inc({ provider, outcome });
      durations.observe({ provider }, durationSeconds);
    },
  };
}
