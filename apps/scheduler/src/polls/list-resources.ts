import { identifierAt } from '@hookline/json';
import type { Connectable, PolledResources, PollingSpecification } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { ProviderAnswer, ProviderApi } from '../provider-api/provider-api.ts';
import { nextPage } from './next-page.ts';
import { callOrRefuse, itemsOf } from './read-pages.ts';

/** A repository, a channel, or whatever else of an account is polled on its own. */
export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly owner: string | undefined;
  /** In ms since 1970; undefined: not known, or never. */
  readonly activeAtMs: number | undefined;
}

/** A poll that is made for each resource of an account. */
export type PollOfResources = PollingSpecification & { readonly resources: PolledResources };

export const pollsOfResources = ({ polling = [] }: Pick<Connectable, 'polling'>): PollOfResources[] =>
  polling.filter((poll): poll is PollOfResources => poll.resources !== undefined);

const MAX_PAGES = 20;
/** The most resources of one connection. */
const MAX_RESOURCES = 1_000;

export interface ListedResources {
  readonly listed: readonly Resource[];
  /** Whether the list has all that the account sees. */
  readonly isComplete: boolean;
}

/**
 * Lists the resources of an account.
 * @param isEnough whether the pages after this one are not needed
 * @throws ProviderRefusal, PollAnswerError, and what `ProviderApi.call` throws
 */
export async function listResources(
  api: ProviderApi,
  call: { connection: ConnectionFacts; app: AppFacts; onDemand: boolean; signal: AbortSignal },
  { resources, credential }: PollOfResources,
  isEnough: (page: readonly Resource[]) => boolean = () => false,
): Promise<ListedResources> {
  const listed: Resource[] = [];
  let query: Readonly<Record<string, string>> | undefined = {};
  for (let page = 0; query !== undefined && page < MAX_PAGES; page++) {
    const answer: ProviderAnswer = await callOrRefuse(api, {
      ...call,
      request: resources.request,
      ...(resources.values !== undefined && { values: resources.values(call.connection.scopesGranted) }),
      query,
      tokenKind: credential ?? 'access',
    });
    const these = readResources(resources, answer);
    listed.push(...these);
    if (isEnough(these)) return { listed, isComplete: false };
    query = nextPage(resources.pages, answer);
  }
  return { listed, isComplete: query === undefined };
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

/**
 * The resources that a connection's settings choose.
 * @param wanted ids, names, or `owner/*`; undefined: all
 * @returns `unknown`: what is wanted and not in the list
 */
export function chooseResources(
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
