import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateSchedule } from './create-schedule.ts';
import { mountDeleteSchedule } from './delete-schedule.ts';
import { mountGetSchedule } from './get-schedule.ts';
import { mountListSchedules } from './list-schedules.ts';
import { mountUpdateSchedule } from './update-schedule.ts';

export function mountScheduleRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateSchedule(app, context);
  mountListSchedules(app, context);
  mountGetSchedule(app, context);
  mountUpdateSchedule(app, context);
  mountDeleteSchedule(app, context);
}
