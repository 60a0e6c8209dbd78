import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateView } from './create-view.ts';
import { mountDeleteView } from './delete-view.ts';
import { mountGetView } from './get-view.ts';
import { mountListViews } from './list-views.ts';
import { mountUpdateView } from './update-view.ts';

/** Saved views: filters of lists under names. */
export function mountViewRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateView(app, context);
  mountListViews(app, context);
  mountGetView(app, context);
  mountUpdateView(app, context);
  mountDeleteView(app, context);
}
