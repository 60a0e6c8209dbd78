import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateSession } from './create-session.ts';
import { mountDeleteSession } from './delete-session.ts';
import { mountGetSession } from './get-session.ts';

/** Sessions of browsers. */
export function mountSessionRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateSession(app, context);
  mountGetSession(app, context);
  mountDeleteSession(app, context);
}
