import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentOAuthApp } from './present-oauth-app.ts';
import { requireOAuthApp } from './require-oauth-app.ts';

export function mountGetOAuthApp(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getOAuthApp, context.authenticate, async ({ principal, params, query }) => {
    const row = await context.database.withScope(tenantToRead(principal, query.userId), (transaction) =>
      requireOAuthApp(transaction, params.id),
    );
    return { data: presentOAuthApp(row, context.gatewayPublicUrl) };
  });
}
