import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateSource } from './create-source.ts';
import { mountDeleteSource } from './delete-source.ts';
import { mountDiagnoseSource } from './diagnose-source.ts';
import { mountGetSource } from './get-source.ts';
import { mountListSources } from './list-sources.ts';
import { mountUpdateSource } from './update-source.ts';

export function mountSourceRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateSource(app, context);
  mountListSources(app, context);
  mountGetSource(app, context);
  mountUpdateSource(app, context);
  mountDeleteSource(app, context);
  mountDiagnoseSource(app, context);
}
