import { ApiError, type InputOf, operations, tenantToRead } from '@hookline/contracts';
import { invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findNextTime } from '../../jobs/find-next-time.ts';
import { typeOfName } from '../../schedules/type-of-name.ts';
import { findSchedule } from '../../sql/find-schedule.ts';
import { readDatabaseTime } from '../../sql/read-database-time.ts';
import type { ScheduleRow } from '../../sql/schedule-row.ts';
import { type ScheduleChange, updateSchedule } from '../../sql/update-schedule.ts';
import type { RouteContext } from '../context.ts';
import { checkSchedule } from './check-schedule.ts';
import { presentSchedule } from './present-schedule.ts';

export function mountUpdateSchedule(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.updateSchedule, authenticate, async ({ principal, params, query, body }) => {
    const scope = tenantToRead(principal, query.userId);
    const now = await readDatabaseTime(database);
    const row = await database.withScope(scope, async (transaction) => {
      const stored = await findSchedule(transaction, params.id, 'for update');
      if (!stored) throw new ApiError('not_found', { message: 'Schedule not found' });
      return await updateSchedule(transaction, stored.id, toChange(stored, body, now));
    });
    return { data: presentSchedule(row) };
  });
}

type Body = InputOf<typeof operations.updateSchedule, 'body'>;

/** The defaults replace what is null; a new pattern and a schedule that becomes active count from now on. */
function toChange(stored: ScheduleRow, body: Body, now: Date): ScheduleChange {
  const change: ScheduleChange = {};
  if (body.name !== undefined) change.name = body.name;
  if (body.cron === null) throw invalidFields({ path: 'body/cron', message: 'must not be null' });
  if (body.cron !== undefined) change.cron = body.cron;
  if (body.timeZone !== undefined) change.timeZone = body.timeZone ?? 'UTC';
  if (body.data !== undefined) change.data = JSON.stringify(body.data);
  if (body.catchUp !== undefined) change.catchUp = body.catchUp ?? 'one';
  if (body.active !== undefined) change.active = body.active ?? true;
  const changed = { ...stored, ...change };
  const isNamedType =
    body.type === null || (body.type === undefined && stored.type === typeOfName(stored.name));
  const type = body.type ?? (isNamedType ? typeOfName(changed.name) : stored.type);
  if (type === undefined) {
    throw invalidFields({ path: 'body', message: 'must leave a name or a type for the events' });
  }
  change.type = type;
  checkSchedule(changed);
  const isOtherTime = changed.cron !== stored.cron || changed.timeZone !== stored.timeZone;
  if (isOtherTime || (changed.active && !stored.active)) {
    change.nextDueAt = findNextTime(changed.cron, changed.timeZone, now) ?? null;
  }
  return change;
}
