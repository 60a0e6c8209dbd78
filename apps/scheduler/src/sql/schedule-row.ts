import type { schedules } from '@hookline/db/scheduler';

export type ScheduleRow = typeof schedules.$inferSelect;
