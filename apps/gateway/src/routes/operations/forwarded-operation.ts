import type { Operation } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { requireFurtherScope } from '../../auth/require-further-scope.ts';
import { forwardOperation } from '../../forward/forward-operation.ts';
import { forwardWithWarnings } from '../../forward/forward-with-warnings.ts';
import { bytesOf } from '../../forward/json-bodies.ts';
import { SUBSCRIBED_PATTERNS } from '../../forward/subscribed-patterns.ts';
import type { RouteContext } from '../context.ts';

/** Mounts an operation that is validated here and forwarded to its owner. */
export function mountForwarded(app: FastifyInstance, operation: Operation, context: RouteContext): void {
  const { owner } = operation;
  if (owner === 'gateway') throw new Error(`${operation.id} is the gateway's own`);
  const upstream = context.upstreams[owner];
  const readPatterns = SUBSCRIBED_PATTERNS.get(operation.id);
  mountOperation(app, operation, context.authenticate, ({ principal, request, reply, query, body }) => {
    requireFurtherScope(context.identityOf(request), operation, { query, body });
    const call = {
      upstream,
      operation,
      internalToken: context.internalToken,
      principal,
      request,
      reply,
      body: bytesOf(request),
    };
    return readPatterns === undefined
      ? forwardOperation(call)
      : forwardWithWarnings(call, readPatterns(body), context.upstreams.ingest);
  });
}
