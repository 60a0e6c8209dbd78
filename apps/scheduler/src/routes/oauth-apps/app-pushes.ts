import { ApiError, type AppPushes, operations, type Principal, tenantToRead } from '@hookline/contracts';
import { getConnectable, type PushSpecification } from '@hookline/providers';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { AppFacts } from '../../facts/app-facts.ts';
import { pushesOf } from '../../facts/fits-application.ts';
import { InternalCallError } from '../../services/internal-api.ts';
import { listUnroutedPushes } from '../../sql/list-unrouted-pushes.ts';
import type { RouteContext } from '../context.ts';
import { ofInstallation } from './require-oauth-app.ts';

const SHOWN_UNROUTED = 100;

/** How the pushes to an OAuth application arrive, and how that is set up. */
export function mountAppPushes(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, pushing } = context;

  /** @throws ApiError `not_found`, also for an application that the caller may not use */
  async function requireApp(principal: Principal, id: string, userId: string | undefined) {
    const tenant = tenantToRead(principal, userId);
    const found = await pushing.findApp(id);
    const isVisible = tenant === undefined || found?.tenant === undefined || found.tenant === tenant;
    const connectable = found && getConnectable(found.provider);
    if (!found || !isVisible || !connectable)
      throw new ApiError('not_found', { message: 'OAuth application not found' });
    const specification = pushesOf(connectable, found);
    if (specification === undefined) {
      throw new ApiError('invalid_request', {
        message: `${connectable.name} pushes nothing to this application: it has a webhook for each account`,
      });
    }
    return { found, specification };
  }

  async function show(found: AppFacts, { setup }: PushSpecification, isOwner: boolean): Promise<AppPushes> {
    const source = await pushing.appPushSources.find(found.id);
    const unrouted = isOwner ? await listUnroutedPushes(database, found.id, SHOWN_UNROUTED) : [];
    return {
      url: source?.url ?? null,
      setup: setup.map((line) => line.replaceAll('{callbackUrl}', source?.url ?? 'the address')),
      unrouted: unrouted.map(({ firstAt, lastAt, ...push }) => ({
        ...push,
        firstAt: firstAt.toISOString(),
        lastAt: lastAt.toISOString(),
      })),
    };
  }

  /** The accounts in pushes to an application of the installation are those of other tenants. */
  const owns = (principal: Principal, { tenant }: AppFacts) =>
    principal.role === 'operator' || tenant !== undefined;

  mountOperation(app, operations.getAppPushes, authenticate, async ({ principal, params, query }) => {
    const { found, specification } = await requireApp(principal, params.id, query.userId);
    return { data: await show(found, specification, owns(principal, found)) };
  });

  mountOperation(app, operations.setAppPushes, authenticate, async ({ principal, params, query, body }) => {
    const { found, specification } = await requireApp(principal, params.id, query.userId);
    if (!owns(principal, found)) throw ofInstallation();
    try {
      await pushing.appPushSources.ensure(found, body);
    } catch (error) {
      if (!(error instanceof InternalCallError) || error.status !== 400) throw error;
      throw new ApiError('invalid_request', { message: messageOf(error), cause: error });
    }
    return { data: await show(found, specification, true) };
  });
}

/** What ingest says is wrong with the settings. */
function messageOf({ message }: InternalCallError): string {
  const start = message.indexOf('{');
  try {
    const { error } = JSON.parse(message.slice(start)) as { error?: unknown };
    return typeof error === 'string' ? error : 'The settings are not valid';
  } catch {
    return 'The settings are not valid';
  }
}
