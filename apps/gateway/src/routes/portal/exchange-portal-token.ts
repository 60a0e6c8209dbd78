import { ApiError, operations, type Principal } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { hashSecret } from '../../auth/api-key.ts';
import { KnownCallerError, notingCaller } from '../../auth/known-caller-error.ts';
import { CALL_TOKEN_SECONDS, isSessionToken, makeCallToken } from '../../auth/portal/portal-secrets.ts';
import { readBearer } from '../../auth/read-bearer.ts';
import { findPortalOpening } from '../../sql/find-portal-opening.ts';
import { openPortalSession } from '../../sql/open-portal-session.ts';
import type { RouteContext } from '../context.ts';
import { presentPortalAccess } from './present-portal-session.ts';

/** The caller has the token of a portal's address and nothing else: that token authenticates this operation, and no other. */
export function mountExchangePortalToken(app: FastifyInstance, context: RouteContext): void {
  const { database, attempts, failures } = context;

  async function authenticate(request: FastifyRequest): Promise<Principal> {
    const token = readBearer(request.headers);
    // Nothing is guessed without such a token, and nothing is asked for it.
    if (token === undefined || !isSessionToken(token)) {
      throw new ApiError('unauthenticated', {
        message: 'Send the token after "#" in the address of the portal as "Authorization: Bearer hps_…"',
      });
    }
    return attempts.run(request.ip, () => identify(token, request.ip)).catch(notingCaller(request));
  }

  async function identify(token: string, address: string): Promise<Principal> {
    const found = await failures.lookUp(address, () => findPortalOpening(database, hashSecret(token)));
    if (!found) throw new ApiError('portal_session_ended');
    const principal: Principal = { role: 'tenant', tenant: found.tenant, keyId: found.id };
    if (found.state === 'ended') throw new KnownCallerError('portal_session_ended', principal);
    if (found.state === 'used') throw new KnownCallerError('portal_token_used', principal);
    return principal;
  }

  mountOperation(app, operations.exchangePortalToken, authenticate, async ({ principal, reply }) => {
    reply.header('cache-control', 'no-store');
    const token = makeCallToken();
    const row = await openPortalSession(database, {
      id: principal.keyId,
      tokenHash: hashSecret(token),
      validSeconds: CALL_TOKEN_SECONDS,
    });
    // Another call has opened it meanwhile.
    if (!row) throw new ApiError('portal_token_used');
    return { data: presentPortalAccess(token, row) };
  });
}
