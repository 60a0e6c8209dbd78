import { defineOperations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { listJobs } from '../../sql/list-jobs.ts';
import type { RouteContext } from '../context.ts';

const internalOperations = defineOperations({
  listJobs: {
    owner: 'scheduler',
    role: 'operator',
    tag: 'Internal',
    method: 'GET',
    path: '/internal/jobs',
    scope: null,
    summary: 'List the scheduled jobs with the times of their last and next runs',
    success: { status: 200, schema: Type.Object({ data: Type.Array(Type.Unknown()) }) },
  },
});

export function mountListJobs(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, internalOperations.listJobs, authenticate, async () => ({
    data: await listJobs(database),
  }));
}
