import {
  ApiError,
  ID_PREFIX,
  operations,
  PORTAL_PATH,
  type PortalTheme,
  tenantToWrite,
} from '@hookline/contracts';
import { createIdFactory, invalidFields, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { hashSecret } from '../../auth/api-key.ts';
import { indexableKeyId } from '../../auth/indexable-key-id.ts';
import type { PortalOrigins } from '../../auth/portal/portal-origins.ts';
import { makeSessionToken } from '../../auth/portal/portal-secrets.ts';
import { insertPortalSession } from '../../sql/insert-portal-session.ts';
import type { RouteContext } from '../context.ts';
import { checkAddress } from './check-address.ts';
import { checkTheme } from './check-theme.ts';
import { presentPortalSession } from './present-portal-session.ts';
import { readCapabilities } from './read-capabilities.ts';

const nextSessionId = createIdFactory(ID_PREFIX.portalSession);

/** The answer is the only place that ever holds the token. It is in the fragment, which browsers send to no server. */
export function mountCreatePortalSession(app: FastifyInstance, context: RouteContext): void {
  const { database, sessions, portalOrigins } = context;

  mountOperation(
    app,
    operations.createPortalSession,
    context.authenticate,
    async ({ principal, body, request, reply }) => {
      reply.header('cache-control', 'no-store');
      const { userId, returnUrl, theme, expiresInSeconds } = body;
      // A forgotten tenant must not show a customer the things of the tenant `default`.
      if (principal.role === 'operator' && userId === undefined) {
        throw invalidFields({ path: 'body/userId', message: 'is missing: name the tenant of this portal' });
      }
      const capabilities = readCapabilities(body);
      requireAddresses(returnUrl, theme, portalOrigins);
      const token = makeSessionToken();
      const row = await insertPortalSession(database, {
        id: nextSessionId(),
        tenant: tenantToWrite(principal, userId),
        tokenHash: hashSecret(token),
        capabilities,
        returnUrl: new URL(returnUrl).href,
        theme: theme && withParsedLogo(theme),
        makerId: indexableKeyId(principal.keyId),
        seconds: expiresInSeconds,
      });
      if (!row)
        throw new ApiError('unauthenticated', { message: 'The API key or the session has just ended' });
      const url = `${sessions.originOf(request.raw)}${PORTAL_PATH}#${token}`;
      return { data: { ...presentPortalSession(row), url } };
    },
  );
}

/** Addresses are kept as browsers read them: without spaces around them, and with foreign characters encoded. */
const withParsedLogo = (theme: PortalTheme): PortalTheme =>
  theme.logoUrl === undefined ? theme : { ...theme, logoUrl: new URL(theme.logoUrl).href };

/** @throws ApiError `invalid_request` */
function requireAddresses(returnUrl: string, theme: PortalTheme | undefined, origins: PortalOrigins): void {
  const wrongReturn = checkAddress(returnUrl, {
    path: 'body/returnUrl',
    origins: origins.return.length === 0 ? undefined : origins.return,
    variable: 'PORTAL_RETURN_ORIGINS',
    allowsLoopback: true,
  });
  const [first, ...others] = [
    ...(wrongReturn ? [wrongReturn] : []),
    ...(theme ? checkTheme(theme, origins.logo) : []),
  ];
  if (first) throw invalidFields(first, ...others);
}
