import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreatePortalSession } from './create-portal-session.ts';
import { mountEndPortalSession } from './end-portal-session.ts';
import { mountExchangePortalToken } from './exchange-portal-token.ts';
import { mountListPortalSessions } from './list-portal-sessions.ts';
import { mountRenewPortalToken } from './renew-portal-token.ts';

/** Sessions of the customer portal. */
export function mountPortalRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreatePortalSession(app, context);
  mountListPortalSessions(app, context);
  mountEndPortalSession(app, context);
  mountExchangePortalToken(app, context);
  mountRenewPortalToken(app, context);
}
