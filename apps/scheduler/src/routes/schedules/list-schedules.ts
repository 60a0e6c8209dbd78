import { ID_PREFIX, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation, readPage } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countSchedules, listSchedules } from '../../sql/list-schedules.ts';
import type { RouteContext } from '../context.ts';
import { presentSchedule } from './present-schedule.ts';

export function mountListSchedules(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.listSchedules, authenticate, ({ principal, query: { userId, ...query } }) =>
    database.withScope(tenantToRead(principal, userId), (transaction) =>
      readPage(query, {
        list: (range) => listSchedules(transaction, range),
        count: (limit) => countSchedules(transaction, limit),
        cursorOf: ({ id }) => id,
        idPrefix: ID_PREFIX.schedule,
        toItem: presentSchedule,
      }),
    ),
  );
}
