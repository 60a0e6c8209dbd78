import { MAX_SCHEDULE_DATA_BYTES } from '@hookline/contracts';
import { invalidFields } from '@hookline/service';
import { findCronProblem } from '../../schedules/find-cron-problem.ts';

/**
 * @param schedule.data as JSON text
 * @throws ApiError `invalid_request` for a pattern that cannot be used, and for data that is too large
 */
export function checkSchedule({
  cron,
  timeZone,
  data,
}: {
  cron: string;
  timeZone: string;
  data: string;
}): void {
  const problem = findCronProblem(cron, timeZone);
  if (problem) throw invalidFields({ path: `body/${problem.field}`, message: problem.text });
  const bytes = Buffer.byteLength(data);
  if (bytes > MAX_SCHEDULE_DATA_BYTES) {
    throw invalidFields({
      path: 'body/data',
      message: `must have at most ${MAX_SCHEDULE_DATA_BYTES} bytes as JSON; it has ${bytes}`,
    });
  }
}
