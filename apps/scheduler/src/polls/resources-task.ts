import { countNouns } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import { connectableOf } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProviderApi } from '../provider-api/provider-api.ts';
import { findApp } from '../sql/find-app.ts';
import { findWatchedConnection } from '../sql/find-watched-connection.ts';
import { listPolledResources } from '../sql/list-polled-resources.ts';
import { pauseOtherResources } from '../sql/pause-other-resources.ts';
import { renameResource } from '../sql/rename-resource.ts';
import { PAUSED_FOR_SCOPE, type TaskKind, type TaskResult } from '../tasks/task.ts';
import { rests } from '../tasks/task-results.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import { afterError, afterVerdict } from './after-failure.ts';
import { definePoll } from './ensure-polls.ts';
import { chooseResources, type ListedResources, listResources, type Resource } from './list-resources.ts';
import { missingScope } from './missing-scope.ts';
import type { PollState } from './poll-state.ts';
import { ProviderRefusal } from './read-pages.ts';

/** What a list has shown. */
export interface ResourcesCursor {
  /** Some of what the settings name and the account does not see. */
  readonly unknown: readonly string[];
}

const MAX_TOLD = 10;

export interface ResourcesOptions {
  database: Database;
  secretBox: SecretBox;
  api: ProviderApi;
  journal: Journal;
}

/** Lists the resources of an account, such as repositories, and gives those that are chosen a poll each. */
export function createResourcesKind({ database, secretBox, api, journal }: ResourcesOptions): TaskKind {
  /** Names that nothing has any more, and by which a resource was polled: it has another name now, and the same id. */
  async function followNames(
    connectionId: string,
    poll: string,
    listed: readonly Resource[],
    wanted: readonly string[] | undefined,
  ): Promise<{ wanted: readonly string[] | undefined; renamed: { id: string; from: string; to: string }[] }> {
    const unknown = new Set(chooseResources(listed, wanted).unknown);
    if (wanted === undefined || unknown.size === 0) return { wanted, renamed: [] };
    const names = new Map(listed.map(({ id, name }) => [id, name]));
    const polled = new Map<string, { id: string; from: string; to: string }>();
    for (const { id, name: from } of await listPolledResources(database, connectionId, poll)) {
      const to = names.get(id);
      if (to !== undefined) polled.set(from.toLowerCase(), { id, from, to });
    }
    const renamed = [...unknown].flatMap((name) => polled.get(name.toLowerCase()) ?? []);
    const toNew = (name: string) => (unknown.has(name) ? (polled.get(name.toLowerCase())?.to ?? name) : name);
    return { wanted: wanted.map(toNew), renamed };
  }

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
        await task.saveCursor({ unknown: [] } satisfies ResourcesCursor);
        return { outcome: 'none_chosen', ended: 'succeeded', next: { at: 'grid' } };
      }
      const scope = missingScope(resources.scopes, connection.scopesGranted);
      if (scope !== undefined) {
        await record(
          PAUSED_FOR_SCOPE,
          `resources are not listed, because the person has not granted ${scope}`,
        );
        return rests(PAUSED_FOR_SCOPE);
      }
      const looksForActive = wanted === undefined && typeof resources.byDefault === 'object';
      // Times of providers are often whole seconds.
      const connectedAtMs = Math.floor(connection.createdAtMs / 1_000) * 1_000 - 1;
      const isActive = ({ activeAtMs }: Resource) => activeAtMs !== undefined && activeAtMs > connectedAtMs;
      let found: ListedResources;
      try {
        found = await listResources(
          api,
          { connection, app, onDemand: task.onDemand, signal },
          { ...poll, resources },
          (page) => looksForActive && !page.every(isActive),
        );
      } catch (error) {
        signal.throwIfAborted();
        const result =
          error instanceof ProviderRefusal
            ? afterVerdict(error.answer.judged, error.answer.status, task)
            : afterError(error, task);
        if (result === undefined) throw error;
        return await fail(result);
      }
      async function fail(result: TaskResult): Promise<TaskResult> {
        await record(result.outcome, `resources are not listed: ${result.error ?? result.outcome}`);
        return result;
      }

      const { listed, isComplete } = found;
      // A watch may have followed a new name while the list was read.
      const latest =
        wanted && ((await findWatchedConnection(database, connection.id))?.settings.resources ?? wanted);
      const names = await followNames(connection.id, poll.id, listed, latest);
      for (const { from, to, id } of names.renamed) {
        if (await renameResource(database, connection.id, { id, from, to }))
          await record('moved', `${from} is called ${to} now, and settings.resources names it so`);
      }
      const { chosen, unknown } = chooseResources(
        looksForActive ? listed.filter(isActive) : listed,
        names.wanted,
      );
      signal.throwIfAborted();
      // The status of the connection says that some are not found.
      await task.saveCursor({
        unknown: isComplete ? unknown.slice(0, MAX_TOLD) : [],
      } satisfies ResourcesCursor);
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
      const missing = unknown.length === 0 ? '' : `; not found: ${unknown.slice(0, MAX_TOLD).join(', ')}`;
      await record('listed', `polls ${chosen.length} of ${countNouns(listed.length, 'resource')}${missing}`);
      return { outcome: 'listed', ended: 'succeeded', next: { at: 'grid' } };
    },
  };
}
