import { ApiError } from '@hookline/contracts';
import { acceptJsonBodies } from '@hookline/service';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const bytesByRequest = new WeakMap<FastifyRequest, Buffer>();

/**
 * The decoded bytes of a request's body; undefined without a body. They are what is forwarded: a payload must reach its
 * receivers byte for byte, so it is never serialized again.
 */
export const bytesOf = (request: FastifyRequest): Buffer | undefined => bytesByRequest.get(request);

/** Parses JSON bodies for the validation, and keeps their bytes for `bytesOf`. */
export function parseJsonBodies(app: FastifyInstance, bodyLimit: number): void {
  acceptJsonBodies(app, {
    bodyLimit,
    parse(bytes, request) {
      bytesByRequest.set(request, bytes);
      try {
        return JSON.parse(bytes.toString('utf8'));
      } catch (cause) {
        throw new ApiError('malformed_body', { cause });
      }
    },
  });
}
