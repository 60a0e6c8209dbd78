import type { Schedule } from '@hookline/contracts';
import { parseExactJson } from '@hookline/json';
import type { ScheduleRow } from '../../sql/schedule-row.ts';

export function presentSchedule(row: ScheduleRow): Schedule {
  return {
    id: row.id,
    userId: row.tenantId,
    name: row.name,
    cron: row.cron,
    timeZone: row.timeZone,
    type: row.type,
    data: parseExactJson(row.data),
    catchUp: row.catchUp,
    active: row.active,
    nextDueAt: row.active ? (row.nextDueAt?.toISOString() ?? null) : null,
    lastDueAt: row.lastDueAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
