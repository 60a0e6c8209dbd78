import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { listAttemptsPage } from './list-attempts-page.ts';

export function mountListAttempts(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.listAttempts, authenticate, ({ principal, query }) =>
    listAttemptsPage(database, { ...query, tenant: tenantToRead(principal, query.userId) }),
  );
}
