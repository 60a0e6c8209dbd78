import { ApiError, ID_PREFIX, MAX_SCHEDULES, operations, tenantToWrite } from '@hookline/contracts';
import { createIdFactory, invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findNextTime } from '../../jobs/find-next-time.ts';
import { typeOfName } from '../../schedules/type-of-name.ts';
import { insertSchedule } from '../../sql/insert-schedule.ts';
import { countSchedules } from '../../sql/list-schedules.ts';
import { readDatabaseTime } from '../../sql/read-database-time.ts';
import type { RouteContext } from '../context.ts';
import { checkSchedule } from './check-schedule.ts';
import { presentSchedule } from './present-schedule.ts';

const nextScheduleId = createIdFactory(ID_PREFIX.schedule);

export function mountCreateSchedule(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.createSchedule, authenticate, async ({ principal, body }) => {
    const tenantId = tenantToWrite(principal, body.userId);
    const { cron, name = null } = body;
    const timeZone = body.timeZone ?? 'UTC';
    const data = JSON.stringify(body.data ?? null);
    const type = body.type ?? typeOfName(name);
    if (type === undefined) {
      throw invalidFields({ path: 'body', message: 'must have a name or a type for the events' });
    }
    checkSchedule({ cron, timeZone, data });
    const now = await readDatabaseTime(database);
    const row = await database.withTenant(tenantId, async (transaction) => {
      if ((await countSchedules(transaction, MAX_SCHEDULES)) >= MAX_SCHEDULES) {
        throw new ApiError('conflict', { message: `A tenant may have at most ${MAX_SCHEDULES} schedules` });
      }
      return await insertSchedule(transaction, {
        id: nextScheduleId(),
        tenantId,
        name,
        cron,
        timeZone,
        type,
        data,
        catchUp: body.catchUp ?? 'one',
        active: body.active ?? true,
        nextDueAt: findNextTime(cron, timeZone, now) ?? null,
      });
    });
    return { data: presentSchedule(row) };
  });
}
