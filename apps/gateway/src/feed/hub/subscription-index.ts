import { namesOfEventType } from '@hookline/contracts';
import type { CompiledFeedFilter } from './compile-feed-filter.ts';

export interface IndexedEvent {
  /** As a subject token. */
  tenant: string;
  provider: string;
  repository: string | undefined;
  type: string;
}

/**
 * Finds the subscriptions that match an event without testing each of them. It is a tree of maps: tenant → provider →
 * repository → name of a type. An event has few generalizations (`a/b`, `a/*`, `*`), so a look-up costs a few dozen map
 * reads and one step for each match, whatever the number of subscriptions.
 */
export interface SubscriptionIndex<T> {
  add(filter: CompiledFeedFilter, value: T): void;
  /** @param filter the same filter as for `add` */
  remove(filter: CompiledFeedFilter, value: T): void;
  /** Whether any subscription may match events of this tenant. If not, its events need not be decoded. */
  hasTenant(tenant: string): boolean;
  /** Calls back with each value that matches, once for each way in which it matches. */
  match(event: IndexedEvent, onMatch: (value: T) => void): void;
  /** The number of nodes of the tree, for tests: an empty index has none left. */
  readonly size: number;
}

type Leaves<T> = Map<string, Set<T>>;
type Repositories<T> = Map<string, Leaves<T>>;
type Providers<T> = Map<string, Repositories<T>>;

/** Neither is a subject token or a provider. */
const EVERY_TENANT = '';
const EVERY_PROVIDER = '';

export function createSubscriptionIndex<T>(): SubscriptionIndex<T> {
  const tenants = new Map<string, Providers<T>>();

  return {
    add(filter, value) {
      const providers = getOrAdd(tenants, filter.tenant ?? EVERY_TENANT, () => new Map());
      const repositories = getOrAdd(providers, filter.provider ?? EVERY_PROVIDER, () => new Map());
      for (const repository of filter.repositories) {
        const leaves = getOrAdd(repositories, repository, () => new Map());
        for (const name of filter.typeNames) getOrAdd(leaves, name, () => new Set()).add(value);
      }
    },

    remove(filter, value) {
      const tenant = filter.tenant ?? EVERY_TENANT;
      const provider = filter.provider ?? EVERY_PROVIDER;
      const providers = tenants.get(tenant);
      const repositories = providers?.get(provider);
      if (!providers || !repositories) return;
      for (const repository of filter.repositories) {
        const leaves = repositories.get(repository);
        if (!leaves) continue;
        for (const name of filter.typeNames) {
          const values = leaves.get(name);
          values?.delete(value);
          if (values?.size === 0) leaves.delete(name);
        }
        if (leaves.size === 0) repositories.delete(repository);
      }
      if (repositories.size === 0) providers.delete(provider);
      if (providers.size === 0) tenants.delete(tenant);
    },

    hasTenant: (tenant) => tenants.has(EVERY_TENANT) || tenants.has(tenant),

    match(event, onMatch) {
      let repositoryNames: string[] | undefined;
      let names: string[] | undefined;
      for (const tenant of [EVERY_TENANT, event.tenant]) {
        const providers = tenants.get(tenant);
        if (!providers) continue;
        for (const provider of [EVERY_PROVIDER, event.provider]) {
          const repositories = providers.get(provider);
          if (!repositories) continue;
          repositoryNames ??= repositoriesMatching(event.repository);
          for (const repository of repositoryNames) {
            const leaves = repositories.get(repository);
            if (!leaves) continue;
            names ??= namesOfEventType(event.type);
            for (const name of names) leaves.get(name)?.forEach(onMatch);
          }
        }
      }
    },

    get size() {
      let size = tenants.size;
      for (const providers of tenants.values()) {
        size += providers.size;
        for (const repositories of providers.values()) {
          size += repositories.size;
          for (const leaves of repositories.values()) size += leaves.size;
        }
      }
      return size;
    },
  };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** `a/b/c` → `*`, `a/*`, `a/b/*`, `a/b/c`. */
function repositoriesMatching(repository: string | undefined): string[] {
  if (repository === undefined) return ['*'];
  const names = ['*'];
  for (let slash = repository.indexOf('/'); slash !== -1; slash = repository.indexOf('/', slash + 1)) {
    names.push(`${repository.slice(0, slash)}/*`);
  }
  names.push(repository);
  return names;
}
