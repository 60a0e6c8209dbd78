import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { presentSession } from './present-session.ts';

export function mountGetSession(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getSession, context.authenticate, ({ request, reply }) => {
    reply.header('cache-control', 'no-store');
    return { data: presentSession(context.identityOf(request)) };
  });
}
