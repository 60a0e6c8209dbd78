import { API_OPERATIONS, ApiError, type Operation, operations } from '@hookline/contracts';
import { acceptJsonBodies, mountOperation } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { forwardOperation } from '../../forward/forward-operation.ts';
import { forwardWithWarnings } from '../../forward/forward-with-warnings.ts';
import { SUBSCRIBED_PATTERNS } from '../../forward/subscribed-patterns.ts';
import { mountKeys } from '../keys/mount-keys.ts';
import { mountJourney } from './mount-journey.ts';
import type { OperationRoutesOptions } from './operation-routes-options.ts';

/** Operations say little, a request to be diagnosed the most; only a published event carries a payload. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;
const MAX_EVENT_BODY_BYTES = 26 * 1024 * 1024;

const MOUNTED_APART: ReadonlySet<string> = new Set([operations.publishEvent.id, operations.getJourney.id]);

/**
 * The whole API: keys are handled here, every other operation is checked and passed on to its owner. Any other
 * address below /api is 404, for those who are known; strangers get 401 wherever they knock.
 */
export function mountOperations(app: FastifyInstance, options: OperationRoutesOptions): void {
  void app.register((scope, _options, done) => {
    parseJsonKeepingBytes(scope, MAX_BODY_BYTES);
    mountKeys(scope, options);
    for (const operation of API_OPERATIONS) {
      if (operation.owner !== 'gateway' && !MOUNTED_APART.has(operation.id)) {
        mountForwarded(scope, operation, options);
      }
    }
    mountJourney(scope, options);
    scope.all(
      '/api/*',
      { onRequest: async (request) => void (await options.authenticate(request)) },
      (request) => {
        throw new ApiError('not_found', {
          message: `There is no ${request.method} ${request.url.split('?')[0]}`,
        });
      },
    );
    done();
  });
  void app.register((scope, _options, done) => {
    parseJsonKeepingBytes(scope, MAX_EVENT_BODY_BYTES);
    mountForwarded(scope, operations.publishEvent, options);
    done();
  });
}

function mountForwarded(app: FastifyInstance, operation: Operation, options: OperationRoutesOptions): void {
  const { owner } = operation;
  if (owner === 'gateway') throw new Error(`${operation.id} is the gateway's own`);
  const upstream = options.upstreams[owner];
  const readPatterns = SUBSCRIBED_PATTERNS.get(operation.id);
  mountOperation(app, operation, options.authenticate, ({ principal, request, reply, body }) => {
    const call = {
      upstream,
      operation,
      internalToken: options.internalToken,
      principal,
      request,
      reply,
      body: bytesOf.get(request),
    };
    return readPatterns === undefined
      ? forwardOperation(call)
      : forwardWithWarnings(call, readPatterns(body), options.upstreams.ingest);
  });
}

/** The body, decompressed where it was not plain: a payload must reach its receivers byte for byte, so it is never written anew. */
const bytesOf = new WeakMap<FastifyRequest, Buffer>();

function parseJsonKeepingBytes(app: FastifyInstance, bodyLimit: number): void {
  acceptJsonBodies(app, {
    bodyLimit,
    parse(bytes, request) {
      bytesOf.set(request, bytes);
      try {
        return JSON.parse(bytes.toString('utf8'));
      } catch (cause) {
        throw new ApiError('malformed_body', { cause });
      }
    },
  });
}
