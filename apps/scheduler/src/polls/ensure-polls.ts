import type { Transaction } from '@hookline/db';
import type { Connectable, PolledResources, PollingSpecification } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { fitsApplication } from '../facts/fits-application.ts';
import { connectableOf } from '../facts/require-connectable.ts';
import { quotaGroupsOf } from '../provider-api/quota-groups-of.ts';
import { requestResources } from '../sql/request-resources.ts';
import { PAUSED_FOR_SCOPE, type TaskDefinition } from '../tasks/task.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import { missingScope } from './missing-scope.ts';

/** How often the resources of an account are listed. */
const LIST_RESOURCES_EVERY_SECONDS = 86_400;

/**
 * Gives a connection the polls of its provider, at the intervals of its settings. A poll whose scope is not granted
 * rests. Polls of resources follow when the resources are listed, which is due at once.
 */
export async function ensurePolls(
  transaction: Transaction,
  connection: ConnectionFacts,
  app: AppFacts,
): Promise<void> {
  const connectable = connectableOf(connection.provider);
  const polls = (connectable.polling ?? []).filter((poll) => fitsApplication(poll, app));
  const definitions = polls.map((poll) =>
    poll.resources === undefined
      ? definePoll(connectable, poll, connection, app)
      : ({
          kind: 'resources',
          name: poll.id,
          intervalSeconds: listsNew(poll.resources, connection)
            ? Math.min(poll.everySeconds, LIST_RESOURCES_EVERY_SECONDS)
            : LIST_RESOURCES_EVERY_SECONDS,
        } satisfies TaskDefinition),
  );
  await ensureTasks(transaction, connection, definitions);
  await requestResources(transaction, connection.id);
}

/** Whether resources are polled that are not there yet, or not active yet. */
function listsNew({ byDefault }: PolledResources, { settings }: ConnectionFacts): boolean {
  const { resources } = settings;
  if (resources === undefined) return typeof byDefault === 'object';
  return resources.some((name) => name.endsWith('/*'));
}

/** The task of a poll, of the whole account or of one resource. */
export function definePoll(
  connectable: Connectable,
  poll: PollingSpecification,
  connection: ConnectionFacts,
  app: AppFacts,
  resource?: { readonly id: string; readonly name: string },
): TaskDefinition {
  const path = new URL(poll.request.url.replaceAll(/\{[A-Za-z]+\}/g, 'x')).pathname;
  const groups = quotaGroupsOf(connectable, connection, app, path).filter(({ cost }) => cost > 0);
  return {
    kind: 'poll',
    name: poll.id,
    intervalSeconds: connection.settings.intervals?.[poll.id] ?? poll.everySeconds,
    losesAfterSeconds: poll.losesAfterSeconds,
    quotaKeys: groups.map(({ key }) => key),
    quotaCost: Math.max(1, ...groups.map(({ cost }) => cost)),
    ...(resource !== undefined && { resource: resource.id, resourceName: resource.name }),
    pausedReason:
      missingScope(poll.scopes, connection.scopesGranted) === undefined ? undefined : PAUSED_FOR_SCOPE,
  };
}
