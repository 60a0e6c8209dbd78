import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountListParkedKeys } from './list-parked-keys.ts';
import { mountReleaseParkedKeys } from './release-parked-keys.ts';

export function mountParkedKeyRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListParkedKeys(app, context);
  mountReleaseParkedKeys(app, context);
}
