import type { ServiceOptions } from '@hookline/service';
import type { RetentionOptions } from './jobs/retention-job.ts';

/** The options of the scheduler, as `env.ts` reads them. */
export interface SchedulerOptions extends ServiceOptions {
  retention: RetentionOptions;
}
