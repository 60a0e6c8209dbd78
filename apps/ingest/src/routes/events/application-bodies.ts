import { APPLICATION_PROVIDER, ApiError } from '@hookline/contracts';
import { parseJson } from '@hookline/providers';
import { acceptJsonBodies, elapsedMs, toApiError } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RouteContext } from '../context.ts';

/**
 * Reads the bodies of a scope as bytes. They are parsed once for the validation, while `data` is stored as the very bytes
 * that were sent. Logs every refused call of the scope.
 * @param bodyLimit the largest body in bytes. Default: the server's limit
 * @returns the bytes of a request's body
 */
export function acceptApplicationBodies(
  scope: FastifyInstance,
  { refusedLog }: Pick<RouteContext, 'refusedLog'>,
  bodyLimit?: number,
): (request: FastifyRequest) => Buffer {
  const rawBodies = new WeakMap<FastifyRequest, Buffer>();
  acceptJsonBodies(scope, {
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    parse(bytes, request) {
      const parsed = parseJson(bytes);
      if (!parsed.ok) throw new ApiError('malformed_body', { message: parsed.message });
      rawBodies.set(request, bytes);
      return parsed.value;
    },
  });
  scope.addHook('onError', (request, reply, error, done) => {
    refusedLog.write(() => {
      const { statusCode: status, code } = toApiError(error);
      return { provider: APPLICATION_PROVIDER, status, code, ms: elapsedMs(reply), requestId: request.id };
    }, 'event.refused');
    done();
  });
  return (request) => rawBodies.get(request) as Buffer;
}
