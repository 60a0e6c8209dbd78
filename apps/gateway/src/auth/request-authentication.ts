import { type Authenticate, notePrincipal } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { Authenticator } from './authenticator.ts';
import type { Identity } from './identity.ts';
import { notingCaller } from './known-caller-error.ts';
import { readBearer } from './read-bearer.ts';
import { requireAccess } from './require-access.ts';
import { requireCsrfHeader, requireOwnPage } from './sessions/require-own-page.ts';
import type { Sessions } from './sessions/sessions.ts';

/** Authenticates the requests of the API, and remembers who each is from. */
export interface RequestAuthentication {
  authenticate: Authenticate;
  /** The identity of a request that was authenticated. */
  identityOf(request: FastifyRequest): Identity;
  /** The same; undefined for a request that was authenticated in another way, or not at all. */
  findIdentity(request: FastifyRequest): Identity | undefined;
}

const CHANGES_NOTHING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** A request with the header Authorization is judged by it alone. Only without it a session's cookie counts. */
export function createRequestAuthentication(
  authenticator: Authenticator,
  sessions: Sessions,
): RequestAuthentication {
  const identities = new WeakMap<FastifyRequest, Identity>();

  async function identify({ headers, method, raw, ip }: FastifyRequest): Promise<Identity> {
    const secret = headers.authorization === undefined ? sessions.read(raw) : undefined;
    if (secret === undefined) return authenticator(readBearer(headers), ip);
    const isWrite = !CHANGES_NOTHING.has(method);
    // Browsers add no Origin to a GET of the page's own origin, nor to a navigation.
    if (isWrite || headers.origin !== undefined) requireOwnPage(raw, sessions.originOf(raw));
    if (isWrite) requireCsrfHeader(raw);
    return sessions.authenticate(secret, ip);
  }

  return {
    async authenticate(request, operation) {
      const identity = await identify(request).catch(notingCaller(request));
      notePrincipal(request, identity.principal);
      requireAccess(identity, operation);
      identities.set(request, identity);
      return identity.principal;
    },
    identityOf(request) {
      const identity = identities.get(request);
      if (!identity) throw new Error('the request was not authenticated');
      return identity;
    },
    findIdentity: (request) => identities.get(request),
  };
}
