import { findUnknownEventTypes, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { findUnknownTypes } from '../../event-types/find-unknown-types.ts';
import type { RouteContext } from '../context.ts';

/** The gateway asks for this before it forwards the patterns of a subscription. */
export function mountFindUnknownEventTypes(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, findUnknownEventTypes, context.authenticate, async ({ principal, body }) => ({
    data: await findUnknownTypes(context.database, tenantToRead(principal, body.userId), body.patterns),
  }));
}
