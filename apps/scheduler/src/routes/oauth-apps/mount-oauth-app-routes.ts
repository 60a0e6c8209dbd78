import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateOAuthApp } from './create-oauth-app.ts';
import { mountDeleteOAuthApp } from './delete-oauth-app.ts';
import { mountExamineOAuthApp } from './examine-oauth-app.ts';
import { mountGetOAuthApp } from './get-oauth-app.ts';
import { mountListOAuthApps } from './list-oauth-apps.ts';
import { mountUpdateOAuthApp } from './update-oauth-app.ts';

export function mountOAuthAppRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateOAuthApp(app, context);
  mountListOAuthApps(app, context);
  mountGetOAuthApp(app, context);
  mountExamineOAuthApp(app, context);
  mountUpdateOAuthApp(app, context);
  mountDeleteOAuthApp(app, context);
}
