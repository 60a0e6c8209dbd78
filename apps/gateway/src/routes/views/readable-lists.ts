import { VIEW_LISTS, VIEW_OPERATIONS, type ViewListName } from '@hookline/contracts';
import type { Identity } from '../../auth/identity.ts';

/** The lists that a caller may read. The views of other lists do not exist for it. */
export const readableLists = ({ scopes }: Pick<Identity, 'scopes'>): ViewListName[] =>
  VIEW_LISTS.filter((list) => {
    const { scope } = VIEW_OPERATIONS[list];
    return scope === null || scopes.includes(scope);
  });
