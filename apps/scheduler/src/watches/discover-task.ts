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
import { renameResource } from '../sql/rename-resource.ts';
import { insertWatch, listWatchesOf } from '../sql/watch-rows.ts';
import type { TaskDefinition, TaskKind, TaskResult } from '../tasks/task.ts';
import { excused, rests } from '../tasks/task-results.ts';
import { ensureTasks } from '../tasks/tasks.ts';
import type { LeftWatches } from './left-watches.ts';

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
  /** Tries the watches again that ended before, and that the provider still has. */
  stopLeft: LeftWatches['stopAll'];
  isOn: boolean;
}

export interface FoundResource {
  readonly id: string;
  readonly name: string;
  readonly activeAtMs: number | undefined;
  readonly isAllowed: boolean;
  /** How the settings name it: one that is renamed is found by its earlier name. */
  readonly namedAs?: string;
}

const nextWatchId = createIdFactory(ID_PREFIX.platformWebhook);
/** How often new activity is looked for. */
export const DISCOVER_EVERY_SECONDS = 1_800;
export const MAINTAIN_EVERY_SECONDS = 86_400;
export const RECONCILE_EVERY_SECONDS = 3_600;
const MAX_RESOURCES = 1_000;
/** How soon a watch that could not be stopped is tried again. */
const STOP_AGAIN_SECONDS = 300;

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
    const knownNames = new Map(known.map(({ resource, resourceName }) => [resource, resourceName]));
    const added = wanted.resources
      .filter(({ id }) => !knownNames.has(id))
      .slice(0, MAX_RESOURCES - known.length);
    for (const resource of added) await add(connection, specification, resource);
    for (const { id, name, namedAs } of wanted.resources)
      for (const from of new Set([namedAs, knownNames.get(id)])) {
        if (from != null && from.toLowerCase() !== name.toLowerCase())
          await rename(connection, specification, { id, from, to: name });
      }
    if (wanted.isChosen && wanted.missing.length === 0) {
      const wantedIds = new Set(wanted.resources.map(({ id }) => id));
      for (const { id, resource } of known)
        if (!wantedIds.has(resource)) await options.stopOne(connection, app, id, signal);
    }
    if (wanted.missing.length > 0) await recordMissing(connection, specification, wanted.missing);
    const left = await options.stopLeft(connection, app, signal);
    return {
      outcome: added.length > 0 ? 'found' : 'nothing_new',
      ended: 'succeeded',
      next: left.kind === 'stopped' ? { at: 'grid' } : { at: 'soon', afterSeconds: STOP_AGAIN_SECONDS },
    };
  }

  async function rename(
    connection: ConnectionFacts,
    { id: watch }: WatchSpecification,
    { id, from, to }: { id: string; from: string; to: string },
  ): Promise<void> {
    if (!(await renameResource(database, connection.id, { id, from, to }))) return;
    await journal.record(database, {
      connectionId: connection.id,
      tenant: connection.tenant,
      kind: 'hook',
      outcome: 'moved',
      text: `${watch} of ${from}: its resource is called ${to} now`,
      detail: { watch, resource: id, name: to },
    });
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
      if (found === undefined) return undefined;
      return [isId ? found : { ...found, namedAs: name }];
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
