import type { FoundThing, LookupKind } from '@hookline/contracts';

/** The folders of the pages of things. Kinds without a page are shown as the API shows them. */
const PAGES: Partial<Record<LookupKind, string>> = { event: 'events', delivery: 'deliveries' };

export interface FoundPage {
  href: string;
  /** Not a page of the dashboard: the answer of the API, in a tab of its own. */
  isApi: boolean;
}

export function pageOfFound({ kind, id, path }: Pick<FoundThing, 'kind' | 'id' | 'path'>): FoundPage {
  const folder = PAGES[kind];
  return folder === undefined
    ? { href: path, isApi: true }
    : { href: `/${folder}/${encodeURIComponent(id)}`, isApi: false };
}
