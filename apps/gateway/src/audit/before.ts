import type { FastifyRequest } from 'fastify';

const befores = new WeakMap<FastifyRequest, unknown>();

/** Notes a thing as the API shows it before a call changes it. A handler notes the things of the gateway itself. */
export function noteBefore(request: FastifyRequest, thing: unknown): void {
  befores.set(request, thing);
}

/** The thing before the call; undefined if it is not known. */
export const beforeOf = (request: FastifyRequest): unknown => befores.get(request);
