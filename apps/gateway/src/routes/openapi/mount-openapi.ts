import { createOpenApi } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';

/** GET /openapi.json. */
export function mountOpenApi(app: FastifyInstance): void {
  const text = JSON.stringify(createOpenApi());
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text));
}
