import type { Authenticate } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import type { Authenticator } from './authenticator.ts';
import type { Identity } from './identity.ts';
import { readBearer } from './read-bearer.ts';
import { requireScope } from './require-scope.ts';

/** Authenticates the requests of the API, and remembers who each is from. */
export interface RequestAuthentication {
  authenticate: Authenticate;
  /** The identity of a request that was authenticated. */
  identityOf(request: FastifyRequest): Identity;
}

export function createRequestAuthentication(authenticator: Authenticator): RequestAuthentication {
  const identities = new WeakMap<FastifyRequest, Identity>();
  return {
    async authenticate(request, { scope }) {
      const identity = await authenticator(readBearer(request.headers), request.ip);
      requireScope(identity, scope);
      identities.set(request, identity);
      return identity.principal;
    },
    identityOf(request) {
      const identity = identities.get(request);
      if (!identity) throw new Error('the request was not authenticated');
      return identity;
    },
  };
}
