import { defineOperations } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { mountOperation, readPrincipal } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { listJobs } from '../../sql/list-jobs.ts';

const internalOperations = defineOperations({
  listJobs: {
    owner: 'scheduler',
    role: 'operator',
    tag: 'Internal',
    method: 'GET',
    path: '/internal/jobs',
    summary: 'What happens by the clock, when it last did and when it will next',
    success: { status: 200, schema: Type.Object({ data: Type.Array(Type.Unknown()) }) },
  },
});

export function mountListJobs(
  app: FastifyInstance,
  options: { database: Database; internalToken: string },
): void {
  mountOperation(
    app,
    internalOperations.listJobs,
    (request) => readPrincipal(request, options.internalToken),
    async () => ({ data: await listJobs(options.database) }),
  );
}
