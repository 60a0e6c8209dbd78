import { countNouns } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import { connectableOf } from '../facts/require-connectable.ts';
import type { Journal } from '../journal/journal.ts';
import type { ProviderApi } from '../provider-api/provider-api.ts';
import { findApp } from '../sql/find-app.ts';
import { findWatchedConnection } from '../sql/find-watched-connection.ts';
import { pauseOtherResources } from '../sql/pause-other-resources.ts';
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
      const { chosen, unknown } = chooseResources(looksForActive ? listed.filter(isActive) : listed, wanted);
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
