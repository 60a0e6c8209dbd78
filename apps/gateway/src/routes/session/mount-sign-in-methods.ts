import { OIDC_START_PATH, SIGN_IN_METHODS_PATH, type SignInMethods } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';

/** What the page for signing in offers. */
export function mountSignInMethods(app: FastifyInstance, { oidc }: Pick<RouteContext, 'oidc'>): void {
  const data: SignInMethods = { identityProvider: oidc ? { path: OIDC_START_PATH } : null };
  app.get(SIGN_IN_METHODS_PATH, () => ({ data }));
}
