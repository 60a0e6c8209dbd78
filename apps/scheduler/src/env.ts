import { COMMON_ENV, portSetting, readEnv } from '@hookline/service';
import Type from 'typebox';
import type { SchedulerConfig } from './app.ts';

export const SchedulerEnv = Type.Object({
  ...COMMON_ENV,
  SCHEDULER_PORT: portSetting(3003),
  // Events, deliveries and attempts of a day are dropped together, once it has been over for so long: a day on which
  // everything arrived, and a day that holds a dead letter.
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

export interface SchedulerSettings {
  host: string;
  port: number;
  logLevel: string;
  exitWithStdin: boolean;
  scheduler: SchedulerConfig;
}

/** @throws ConfigurationError */
export function readSchedulerEnv(source: Record<string, string | undefined>): SchedulerSettings {
  const env = readEnv(SchedulerEnv, source);
  return {
    host: env.HOST,
    port: env.SCHEDULER_PORT,
    logLevel: env.LOG_LEVEL,
    exitWithStdin: env.HOOKLINE_EXIT_WITH_STDIN,
    scheduler: {
      databaseUrl: env.DATABASE_URL,
      databaseMaxConnections: env.DATABASE_MAX_CONNECTIONS,
      internalToken: env.HOOKLINE_INTERNAL_TOKEN,
      retention: {
        completedDays: env.RETENTION_COMPLETED_DAYS,
        failedDays: env.RETENTION_FAILED_DAYS,
      },
    },
  };
}
