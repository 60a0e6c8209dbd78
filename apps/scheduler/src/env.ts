import { COMMON_ENV, portSetting, readEnv, toServiceOptions } from '@hookline/service';
import Type from 'typebox';
import type { SchedulerOptions } from './options.ts';

export const SchedulerEnv = Type.Object({
  ...COMMON_ENV,
  SCHEDULER_PORT: portSetting(3003),
  // The events, deliveries and attempts of a day are dropped together, so many days after its end. The first number is
  // for a day whose deliveries all arrived, the second for a day that holds a dead letter.
  RETENTION_COMPLETED_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 1,
    description: 'days for which events are kept, from 1 to 3650',
  }),
  RETENTION_FAILED_DAYS: Type.Integer({
    minimum: 1,
    maximum: 3650,
    default: 7,
    description: 'days for which dead letters are kept, from 1 to 3650',
  }),
});

/** @throws ConfigurationError with every problem */
export function readSchedulerEnv(source: Record<string, string | undefined>): SchedulerOptions {
  const env = readEnv(SchedulerEnv, source);
  return {
    ...toServiceOptions(env, env.SCHEDULER_PORT),
    retention: {
      completedDays: env.RETENTION_COMPLETED_DAYS,
      failedDays: env.RETENTION_FAILED_DAYS,
    },
  };
}
