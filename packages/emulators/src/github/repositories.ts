import { BoundedMap } from '../core/bounded.ts';
import type { GitHubAccount } from './state.ts';

const MAX_REPOSITORIES = 50_000;

export interface Repository {
  readonly id: number;
  owner: string;
  name: string;
  readonly ownerIsOrganization: boolean;
  private: boolean;
  readonly createdAtMs: number;
  pushedAtMs: number;
  /** Logins. Administrators are members too. */
  readonly admins: Set<string>;
  readonly members: Set<string>;
  /** The organisation has not approved OAuth apps. */
  restricted: boolean;
}

/** Repositories by id and by their names, also by those that they had before. */
export class Repositories {
  readonly #byId = new BoundedMap<number, Repository>(MAX_REPOSITORIES);
  readonly #ids = new BoundedMap<string, number>(MAX_REPOSITORIES * 2);
  #count = 0;

  add(
    input: Pick<Repository, 'owner' | 'name' | 'ownerIsOrganization' | 'private' | 'restricted'> & {
      readonly admins: readonly string[];
      readonly members: readonly string[];
      readonly nowMs: number;
    },
  ): Repository {
    const { admins, members, nowMs, ...facts } = input;
    this.#count += 1;
    const repository: Repository = {
      ...facts,
      id: 500_000 + this.#count,
      createdAtMs: nowMs,
      pushedAtMs: nowMs,
      admins: new Set(admins),
      members: new Set([...admins, ...members]),
    };
    this.#byId.set(repository.id, repository);
    this.#ids.set(keyOf(repository.owner, repository.name), repository.id);
    return repository;
  }

  byId(id: number): Repository | undefined {
    return this.#byId.get(id);
  }

  /** `moved`: that was an earlier name. */
  byName(owner: string, name: string): { repository: Repository; moved: boolean } | undefined {
    const id = this.#ids.get(keyOf(owner, name));
    const repository = id === undefined ? undefined : this.#byId.get(id);
    if (repository === undefined) return undefined;
    return { repository, moved: keyOf(repository.owner, repository.name) !== keyOf(owner, name) };
  }

  /** Renames or transfers. The old name answers with a redirect from then on. */
  move(repository: Repository, owner: string, name: string): void {
    repository.owner = owner;
    repository.name = name;
    this.#ids.set(keyOf(owner, name), repository.id);
  }

  remove(repository: Repository): void {
    this.#byId.delete(repository.id);
  }

  /** Those that the account sees, in order of creation. */
  visibleTo(login: string): Repository[] {
    return [...this.#byId.values()].filter(({ members }) => members.has(login));
  }

  ownedBy(owner: string): Repository[] {
    return [...this.#byId.values()].filter(
      (repository) => repository.owner.toLowerCase() === owner.toLowerCase(),
    );
  }
}

export function fullNameOf({ owner, name }: Repository): string {
  return `${owner}/${name}`;
}

/** A repository as the API and webhooks print it. `permissions` only for a person. */
export function toRepository(repository: Repository, account?: GitHubAccount) {
  const fullName = fullNameOf(repository);
  const url = `https://api.github.com/repos/${fullName}`;
  return {
    id: repository.id,
    node_id: `R_${repository.id}`,
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: {
      login: repository.owner,
      id: repository.ownerIsOrganization ? 90_000 : 1_000,
      type: repository.ownerIsOrganization ? 'Organization' : 'User',
    },
    html_url: `https://github.com/${fullName}`,
    description: null,
    fork: false,
    url,
    hooks_url: `${url}/hooks`,
    events_url: `${url}/events`,
    created_at: new Date(repository.createdAtMs).toISOString(),
    updated_at: new Date(repository.pushedAtMs).toISOString(),
    pushed_at: new Date(repository.pushedAtMs).toISOString(),
    default_branch: 'main',
    ...(account !== undefined && {
      permissions: {
        admin: repository.admins.has(account.name),
        push: repository.members.has(account.name),
        pull: true,
      },
    }),
  };
}

function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}
