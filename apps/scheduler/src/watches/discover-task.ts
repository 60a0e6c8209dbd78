import { ID_PREFIX } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { identifierAt, parsePointer, pointedValue } from '@hookline/json';
import { getConnectable, type WatchedResources, type WatchSpecification } from '@hookline/providers';
import { createIdFactory } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { watchesOf } from '../facts/fits-application.ts';
import type { Journal } from '../journal/journal.ts';
import { callOrRefuse, itemsOf, ProviderRefusal, type ReadValue, readPages } from '../polls/read-pages.ts';
import type { ProviderApi, ProviderCall } from '../provider-api/provider-api.ts';
import { insertWatch, listWatchesOf } from '../sql/watch-rows.ts';
import type { TaskDefinition, TaskKind, TaskResult } from '../tasks/task.ts';
import { excused, rests } from '../tasks/task-results.ts';
import { ensureTasks } from '../tasks/tasks.ts';

export interface DiscoverTaskOptions {
  database: Database;
  findConnection: (id: string) => Promise<(ConnectionFacts & { readonly createdAtMs: number }) | undefined>;
  findApp: (id: string) => Promise<AppFacts | undefined>;
  api: ProviderApi;
  journal: Journal;
  /** Ends a watch that the connection's settings do not name any more. */
  stopOne: (
    connection: ConnectionFacts,
    app: AppFacts,
    watchId: string,
    signal: AbortSignal,
  ) => Promise<void>;
  isOn: boolean;
}

export interface FoundResource {
  readonly id: string;
  readonly name: string;
  readonly activeAtMs: number | undefined;
  readonly isAllowed: boolean;
}

const nextWatchId = createIdFactory(ID_PREFIX.platformWebhook);
/** How often new activity is looked for. */
export const DISCOVER_EVERY_SECONDS = 1_800;
export const MAINTAIN_EVERY_SECONDS = 86_400;
export const RECONCILE_EVERY_SECONDS = 3_600;
const MAX_RESOURCES = 1_000;

/**
 * Finds out which resources of a connection are watched: those that its settings name (`owner/name`, all of an owner as
 * `owner/*`, or an id), or without any, each one that is active after the account was connected.
 */
export function createDiscoverKind(options: DiscoverTaskOptions): TaskKind {
  const { database, api, journal } = options;

  async function run(task: Parameters<TaskKind['run']>[0], signal: AbortSignal): Promise<TaskResult> {
    if (!options.isOn) return excused('registration_off');
    const [connection, app] = await Promise.all([
      options.findConnection(task.connectionId),
      options.findApp(task.appId),
    ]);
    const connectable = connection && getConnectable(connection.provider);
    const specification =
      connectable && app && watchesOf(connectable, app).find(({ id }) => id === task.name);
    if (!connection || !app || !specification?.resources) return rests('no_connection');
    const call = { connection, app, signal };
    const wanted = await findWanted(call, specification.resources, connection);
    const known = (await listWatchesOf(database, connection.id)).filter(
      ({ watch }) => watch === specification.id,
    );
    const knownIds = new Set(known.map(({ resource }) => resource));
    const added = wanted.resources
      .filter(({ id }) => !knownIds.has(id))
      .slice(0, MAX_RESOURCES - known.length);
    for (const resource of added) await add(connection, specification, resource);
    if (wanted.isChosen && wanted.missing.length === 0) {
      const wantedIds = new Set(wanted.resources.map(({ id }) => id));
      for (const { id, resource } of known)
        if (!wantedIds.has(resource)) await options.stopOne(connection, app, id, signal);
    }
    if (wanted.missing.length > 0) await recordMissing(connection, specification, wanted.missing);
    return {
      outcome: added.length > 0 ? 'found' : 'nothing_new',
      ended: 'succeeded',
      next: { at: 'grid' },
    };
  }

  async function add(
    connection: ConnectionFacts,
    specification: WatchSpecification,
    resource: FoundResource,
  ): Promise<void> {
    await database.withSystem(async (transaction) => {
      await insertWatch(transaction, {
        id: nextWatchId(),
        tenantId: connection.tenant,
        platform: connection.provider,
        watch: specification.id,
        resource: resource.id,
        resourceName: resource.name,
        receivingAppId: specification.receiver === 'application' ? connection.appId : '',
        connectionId: connection.id,
        appId: connection.appId,
        accountId: connection.accountId,
      });
      await ensureTasks(transaction, connection, tasksOf(specification, resource.id, resource.name));
    });
  }

  async function findWanted(
    call: Call,
    resources: WatchedResources,
    connection: ConnectionFacts & { createdAtMs: number },
  ): Promise<{ isChosen: boolean; resources: FoundResource[]; missing: string[] }> {
    const chosen = connection.settings.resources;
    if (chosen === undefined) {
      const active = await listActive(api, call, resources);
      const isNew = ({ activeAtMs, isAllowed }: FoundResource) =>
        isAllowed && activeAtMs !== undefined && activeAtMs > connection.createdAtMs;
      return { isChosen: false, resources: active.filter(isNew), missing: [] };
    }
    const found: FoundResource[] = [];
    const missing: string[] = [];
    for (const name of chosen.slice(0, MAX_RESOURCES)) {
      const these = await findNamed(call, resources, name);
      if (these === undefined) missing.push(name);
      else found.push(...these);
    }
    return { isChosen: true, resources: distinct(found), missing };
  }

  /** @returns undefined if the account cannot see it */
  async function findNamed(
    call: Call,
    resources: WatchedResources,
    name: string,
  ): Promise<FoundResource[] | undefined> {
    try {
      const parts = name.split('/');
      if (parts.length === 2 && parts[1] === '*') {
        const { request, items, pages } = resources.ofOwner;
        const listed = await readPages(
          api,
          { ...call, request, values: { owner: parts[0] } },
          { items, pages, max: MAX_RESOURCES },
        );
        return listed.flatMap((item) => toResource(item, resources) ?? []);
      }
      const isId = parts.length === 1;
      const request = isId ? resources.byId : resources.byName.request;
      const values = isId
        ? { resource: name }
        : Object.fromEntries(resources.byName.parts.map((part, index) => [part, parts[index]]));
      const answer = await callOrRefuse(api, { ...call, request, values });
      const found = toResource({ value: answer.json, bytes: answer.body }, resources);
      return found === undefined ? undefined : [found];
    } catch (error) {
      const status = error instanceof ProviderRefusal ? error.answer.status : undefined;
      if (status === 404 || status === 403 || status === 410) return undefined;
      throw error;
    }
  }

  async function recordMissing(
    connection: ConnectionFacts,
    { id }: WatchSpecification,
    missing: readonly string[],
  ): Promise<void> {
    await journal.record(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: 'hook',
      outcome: 'not_found',
      text: `${id}: the account cannot see ${missing.slice(0, 10).join(', ')}`,
      detail: { watch: id, missing: missing.slice(0, 100) },
    });
  }

  return { kind: 'check', run };
}

type Call = Pick<ProviderCall, 'connection' | 'app' | 'signal'>;

/** The resources that the account reached last, most recently active first. */
export async function listActive(
  api: ProviderApi,
  call: Call,
  resources: WatchedResources,
): Promise<FoundResource[]> {
  const answer = await callOrRefuse(api, { ...call, request: resources.active.request });
  return itemsOf(answer, resources.active.items).flatMap((item) => toResource(item, resources) ?? []);
}

/** The tasks that keep a watch alive and compare what it brought. */
export function tasksOf(
  specification: WatchSpecification,
  resource: string,
  resourceName?: string,
): TaskDefinition[] {
  const common = { name: specification.id, resource, ...(resourceName !== undefined && { resourceName }) };
  return [
    {
      ...common,
      kind: 'watch',
      intervalSeconds: specification.renewEverySeconds ?? MAINTAIN_EVERY_SECONDS,
    },
    ...(specification.deliveries === undefined
      ? []
      : [{ ...common, kind: 'reconcile' as const, intervalSeconds: RECONCILE_EVERY_SECONDS }]),
  ];
}

function toResource({ value, bytes }: ReadValue, resources: WatchedResources): FoundResource | undefined {
  const at = (pointer: string) => pointedValue(value, parsePointer(pointer));
  const id = identifierAt(bytes, value, resources.id);
  const name = at(resources.name);
  if (id === undefined || typeof name !== 'string') return undefined;
  const activeAtMs = Date.parse(String(at(resources.activeAt)));
  return {
    id,
    name,
    activeAtMs: Number.isNaN(activeAtMs) ? undefined : activeAtMs,
    isAllowed: at(resources.allowed) === true,
  };
}

function distinct(resources: readonly FoundResource[]): FoundResource[] {
  return [...new Map(resources.map((resource) => [resource.id, resource])).values()];
}
