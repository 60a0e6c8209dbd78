import type { FastifyInstance } from 'fastify';
import { mountReference } from '../reference/mount-reference.ts';
import type { RouteContext } from './context.ts';
import { mountSocketIo } from './feed/mount-socket-io.ts';
import { mountFront } from './front/mount-front.ts';
import { mountHealth } from './health/mount-health.ts';
import { mountInbound } from './inbound/mount-inbound.ts';
import { mountOAuth } from './oauth/mount-oauth.ts';
import { mountOpenApi } from './openapi/mount-openapi.ts';
import { mountOperations } from './operations/mount-operations.ts';
import { mountPublicKeys } from './public-keys/mount-public-keys.ts';
import { mountOidc } from './session/mount-oidc.ts';
import { mountSignInMethods } from './session/mount-sign-in-methods.ts';

export function mountRoutes(app: FastifyInstance, context: RouteContext): void {
  mountOperations(app, context);
  mountSocketIo(app, context);
  mountInbound(app, context);
  mountPublicKeys(app, context);
  mountOAuth(app, context);
  mountOidc(app, context);
  mountSignInMethods(app, context);
  mountHealth(app, context);
  mountOpenApi(app);
  mountReference(app);
  mountFront(app, context);
}
