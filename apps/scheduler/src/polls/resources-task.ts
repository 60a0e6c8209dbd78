import type { Database, SecretBox } from '@hookline/db';
import { identifierAt } from '@hookline/json';
import type { PolledResources } from '@hookline/providers';
import { connectableOf } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProviderAnswer, ProviderApi } from '../provider-api/provider-api.ts';
import { findApp } from '../sql/find-app.ts';
import { findWatchedConnection } from '../sql/find-watched-connection.ts';
import { pauseOtherResources } from '../sql/pause-other-resources.ts';
import type { TaskKind, TaskResult } from '../tasks/task.ts';
import { rests } from '../tasks/task-results.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import { afterError, afterVerdict } from './after-failure.ts';
import { definePoll } from './ensure-polls.ts';
import { missingScope } from './missing-scope.ts';
import { nextPage } from './next-page.ts';
import type { PollState } from './poll-state.ts';
import { itemsOf } from './read-pages.ts';

export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly owner: string | undefined;
  /** In ms since 1970; undefined: not known, or never. */
  readonly activeAtMs: number | undefined;
}

const MAX_PAGES = 20;
/** The most resources of one connection. */
const MAX_RESOURCES = 1_000;

export interface ResourcesOptions {
  database: Database;
  secretBox: SecretBox;
  api: ProviderApi;
  journal: Journal;
}

/** Lists the resources of an account, such as repositories, and gives those that are chosen a poll each. */
export function createResourcesKind({ database, secretBox, api, journal }: ResourcesOptions): TaskKind {
  return {
    kind: 'resources',
    async run(task, signal) {
      const connection = await findWatchedConnection(database, task.connectionId);
      const app = await findApp(database, secretBox, task.appId);
      const connectable = connection && connectableOf(connection.provider);
      const poll = connectable?.polling?.find(({ id }) => id === task.name);
      const resources = poll?.resources;
      if (!connection || !app || !connectable || !poll || !resources) {
        return rests('no_poll');
      }
      const record = (outcome: string, text: string) =>
        journal.record(database, {
          connectionId: connection.id,
          tenant: connection.tenant,
          kind: 'poll',
          outcome,
          text: `${task.name}: ${text}`,
        });
      const wanted = connection.settings.resources;
      if (wanted === undefined && resources.byDefault === 'none') {
        await database.withTenant(connection.tenant, (transaction) =>
          pauseOtherResources(transaction, connection.id, poll.id, []),
        );
        return { outcome: 'none_chosen', ended: 'succeeded', next: { at: 'grid' } };
      }
      const scope = missingScope(resources.scopes, connection.scopesGranted);
      if (scope !== undefined) {
        await record(
          'missing_scope',
          `resources are not listed, because the person has not granted ${scope}`,
        );
        return rests('missing_scope');
      }
      const looksForActive = wanted === undefined && typeof resources.byDefault === 'object';
      // Times of providers are often whole seconds.
      const connectedAtMs = Math.floor(connection.createdAtMs / 1_000) * 1_000 - 1;
      const isActive = ({ activeAtMs }: Resource) => activeAtMs !== undefined && activeAtMs > connectedAtMs;
      const listed: Resource[] = [];
      let query: Readonly<Record<string, string>> | undefined = {};
      try {
        for (let page = 0; query !== undefined && page < MAX_PAGES; page++) {
          const answer = await api.call({
            connection,
            app,
            request: resources.request,
            ...(resources.values !== undefined && { values: resources.values(connection.scopesGranted) }),
            query,
            tokenKind: poll.credential ?? 'access',
            onDemand: task.onDemand,
            signal,
          });
          if (answer.judged.verdict !== 'ok') {
            return await fail(afterVerdict(answer.judged, answer.status, task));
          }
          const these = readResources(resources, answer);
          listed.push(...these);
          const isEnough = looksForActive && !these.every(isActive);
          query = isEnough ? undefined : nextPage(resources.pages, answer);
        }
      } catch (error) {
        signal.throwIfAborted();
        const result = afterError(error, task);
        if (result === undefined) throw error;
        return await fail(result);
      }
      async function fail(result: TaskResult): Promise<TaskResult> {
        await record(result.outcome, `resources are not listed: ${result.error ?? result.outcome}`);
        return result;
      }

      const { chosen, unknown } = choose(looksForActive ? listed.filter(isActive) : listed, wanted);
      signal.throwIfAborted();
      // Their phases depend on the tasks of all tenants.
      await database.withSystem(async (transaction) => {
        await ensureTasks(
          transaction,
          connection,
          chosen.map((resource) => ({
            ...definePoll(connectable, poll, connection, app, resource),
            ...(looksForActive && { cursor: { sinceMs: connectedAtMs } satisfies PollState }),
          })),
        );
        await pauseOtherResources(
          transaction,
          connection.id,
          poll.id,
          chosen.map(({ id }) => id),
        );
      });
      const missing = unknown.length === 0 ? '' : `; not found: ${unknown.slice(0, 10).join(', ')}`;
      await record('listed', `${chosen.length} of ${listed.length} resources are polled${missing}`);
      return { outcome: 'listed', ended: 'succeeded', next: { at: 'grid' } };
    },
  };
}

function readResources(
  { items, id, name, owner, byDefault }: PolledResources,
  answer: Pick<ProviderAnswer, 'json' | 'body'>,
): Resource[] {
  return itemsOf(answer, items).flatMap(({ value, bytes }) => {
    const at = (pointer: string) => identifierAt(bytes, value, pointer);
    const [itemId, itemName] = [at(id), at(name)];
    if (itemId === undefined) return [];
    const active = typeof byDefault === 'object' ? at(byDefault.activeAt) : undefined;
    const activeAtMs = Date.parse(active ?? '');
    return [
      {
        id: itemId,
        name: itemName ?? itemId,
        owner: owner === undefined ? undefined : at(owner),
        activeAtMs: Number.isNaN(activeAtMs) ? undefined : activeAtMs,
      },
    ];
  });
}

/** @param wanted ids, names, or `owner/*`; undefined: all */
function choose(
  listed: readonly Resource[],
  wanted: readonly string[] | undefined,
): { chosen: Resource[]; unknown: string[] } {
  if (wanted === undefined) return { chosen: listed.slice(0, MAX_RESOURCES), unknown: [] };
  const byName = new Map<string, Resource>();
  const byOwner = new Map<string, Resource[]>();
  for (const resource of listed) {
    const owner = resource.owner?.toLowerCase();
    if (owner !== undefined) {
      const others = byOwner.get(owner);
      if (others === undefined) byOwner.set(owner, [resource]);
      else others.push(resource);
    }
    byName.set(resource.name.toLowerCase(), resource);
    byName.set(resource.id.toLowerCase(), resource);
  }
  const chosen = new Map<string, Resource>();
  const unknown: string[] = [];
  for (const name of wanted.slice(0, MAX_RESOURCES)) {
    const key = name.toLowerCase();
    const named = byName.get(key);
    const found = key.endsWith('/*') ? byOwner.get(key.slice(0, -2)) : named && [named];
    if (found === undefined) unknown.push(name);
    for (const resource of found ?? []) chosen.set(resource.id, resource);
  }
  return { chosen: [...chosen.values()].slice(0, MAX_RESOURCES), unknown };
}
