import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { showConnection } from './require-connection.ts';

export function mountGetConnection(app: FastifyInstance, { authenticate, database }: RouteContext): void {
  mountOperation(app, operations.getConnection, authenticate, async ({ principal, params, query }) => ({
    data: await showConnection(database, tenantToRead(principal, query.userId), params.id),
  }));
}
