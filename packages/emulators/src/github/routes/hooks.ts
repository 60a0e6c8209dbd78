import type { FastifyInstance, FastifyRequest } from 'fastify';
import { numberOf, queryParameters } from '../../core/parameters.ts';
import { toDelivery } from '../deliveries.ts';
import { failure } from '../failure.ts';
import { apiUrlOf, type Hook, type HookConfig, toHook } from '../hooks.ts';
import { toRepository } from '../repositories.ts';
import { type ApiContext, REPOSITORY_PATHS, requireHookAccess } from './api-context.ts';
import { addressOf, pageOf } from './lists.ts';

interface HookBody {
  name?: string;
  active?: boolean;
  events?: string[];
  add_events?: string[];
  remove_events?: string[];
  config?: { url?: string; content_type?: string; secret?: string; insecure_ssl?: string | number };
}

/** Hooks of repositories and the log of their deliveries. */
export function mountHooks(api: FastifyInstance, context: ApiContext): void {
  const { hooks } = context;
  for (const path of REPOSITORY_PATHS) {
    api.get(`${path}/hooks`, async (request, reply) => {
      const repository = requireHookAccess(context, request, false);
      const page = pageOf(request, reply, hooks.of(repository.id));
      return page.map((hook) => toHook(hook, apiUrlOf(repository)));
    });
    api.post(`${path}/hooks`, async (request, reply) => {
      const repository = requireHookAccess(context, request, true);
      const { events, active, config, name } = bodyOf(request);
      if (name !== undefined && name !== 'web') throw failure(422, 'Validation Failed');
      const hook = hooks.create(repository, events ?? ['push'], configOf(config), active ?? true);
      return reply.code(201).send(toHook(hook, apiUrlOf(repository)));
    });
    api.get(`${path}/hooks/:hookId`, async (request) => {
      const repository = requireHookAccess(context, request, false);
      return toHook(hookOf(request, false), apiUrlOf(repository));
    });
    api.patch(`${path}/hooks/:hookId`, async (request) => {
      const repository = requireHookAccess(context, request, true);
      const hook = hookOf(request, true);
      const { events, add_events, remove_events, active, config } = bodyOf(request);
      const removed = new Set(remove_events);
      const wanted = [...(events ?? hook.events), ...(add_events ?? [])].filter(
        (event) => !removed.has(event),
      );
      hooks.change(hook, {
        events: [...new Set(wanted)],
        // A configuration replaces the old one: without a secret the secret is gone.
        ...(config !== undefined && { config: configOf(config) }),
        ...(active !== undefined && { active }),
      });
      return toHook(hook, apiUrlOf(repository));
    });
    api.delete(`${path}/hooks/:hookId`, async (request, reply) => {
      hooks.remove(hookOf(request, true));
      return reply.code(204).send();
    });
    api.post(`${path}/hooks/:hookId/pings`, async (request, reply) => {
      hooks.ping(hookOf(request, false));
      return reply.code(204).send();
    });
    api.post(`${path}/hooks/:hookId/tests`, async (request, reply) => {
      const repository = requireHookAccess(context, request, true);
      const payload = { ref: 'refs/heads/main', repository: toRepository(repository) };
      const content = {
        event: 'push',
        action: null,
        payload,
        repositoryId: repository.id,
        installationId: null,
      };
      hooks.runInBackground(hooks.deliver(hookOf(request, true), content));
      return reply.code(204).send();
    });
    mountDeliveries(api, path);
  }

  function mountDeliveries(routes: FastifyInstance, path: string): void {
    routes.get(`${path}/hooks/:hookId/deliveries`, async (request, reply) => {
      const query = queryParameters(request);
      const all = hookOf(request, false).deliveries.list();
      const size = numberOf(query['per_page'], 30, 1, 100);
      const { cursor } = query;
      const start = cursor === undefined ? 0 : all.findIndex(({ id }) => `v1_${id}` === cursor);
      if (start < 0) throw failure(422, 'Invalid cursor');
      const next = all[start + size];
      if (next !== undefined) {
        reply.header('link', `<${addressOf(request, { cursor: `v1_${next.id}` })}>; rel="next"`);
      }
      return all.slice(start, start + size).map((delivery) => toDelivery(delivery));
    });
    routes.get(`${path}/hooks/:hookId/deliveries/:deliveryId`, async (request) =>
      toDelivery(deliveryOf(request), true),
    );
    routes.post(`${path}/hooks/:hookId/deliveries/:deliveryId/attempts`, async (request, reply) => {
      const hook = hookOf(request, true);
      const delivery = deliveryOf(request);
      hooks.runInBackground(hooks.deliver(hook, delivery, { guid: delivery.guid }));
      return reply.code(202).send({});
    });
  }

  /** @throws Answer 404 */
  function hookOf(request: FastifyRequest, writing: boolean): Hook {
    const repository = requireHookAccess(context, request, writing);
    const hook = hooks.find(repository.id, Number((request.params as { hookId: string }).hookId));
    if (hook === undefined) throw failure(404, 'Not Found');
    return hook;
  }

  function deliveryOf(request: FastifyRequest) {
    const { deliveryId } = request.params as { deliveryId: string };
    const delivery = hookOf(request, false).deliveries.find(Number(deliveryId));
    if (delivery === undefined) throw failure(404, 'Not Found');
    return delivery;
  }
}

function bodyOf(request: FastifyRequest): HookBody {
  const body = request.body as HookBody | undefined;
  return typeof body === 'object' && body !== null ? body : {};
}

function configOf(config: HookBody['config']): HookConfig {
  return {
    url: config?.url ?? '',
    contentType: config?.content_type === 'json' ? 'json' : 'form',
    secret: config?.secret === '' ? undefined : config?.secret,
    insecureSsl: String(config?.insecure_ssl ?? '0'),
  };
}
