import type { Database } from '@hookline/db';
import type { Job } from '../jobs/job.ts';
import { listUncheckedApps } from '../sql/doctor-facts.ts';
import type { Doctor } from './doctor.ts';

const EVERY_DAYS = 7;
const AT_ONCE = 100;

/** Checks each OAuth application once a week. */
export function createDoctorJob(database: Database, doctor: Doctor): Job {
  return {
    name: 'doctor',
    cron: '17 * * * *',
    runAtStart: false,
    async run(signal) {
      const apps = await listUncheckedApps(database, { days: EVERY_DAYS, limit: AT_ONCE });
      for (const id of apps) {
        signal.throwIfAborted();
        await doctor.examine(id, signal);
      }
      return { examined: apps.length };
    },
  };
}
