import { ApiError, fieldsRefusedInPortal } from '@hookline/contracts';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Identity } from '../identity.ts';

/** Refuses fields of bodies that a portal session may not send, in the calls that are mounted in the scope. */
export function limitPortalBodies(
  scope: FastifyInstance,
  identityOf: (request: FastifyRequest) => Identity | undefined,
): void {
  scope.addHook('preHandler', (request, _reply, done) => {
    const capabilities = identityOf(request)?.capabilities;
    const refused = capabilities === undefined ? [] : fieldsRefusedInPortal(capabilities, request.body);
    if (refused.length === 0) return done();
    const message = 'is not for this portal session to set';
    done(
      new ApiError('forbidden', {
        message: `body/${refused[0]} ${message}`,
        details: refused.map((name) => ({ path: `body/${name}`, message })),
      }),
    );
  });
}
