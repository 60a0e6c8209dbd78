import { ENVIRONMENT_KEY_ID, type Principal } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { indexableKeyId } from '../../auth/indexable-key-id.ts';
import { isStoredCredential } from '../../auth/is-stored-credential.ts';
import { findViewOwner } from '../../sql/find-view-owner.ts';
import type { ViewOwner } from '../../sql/view-row.ts';

/** Whose views a caller has. */
export async function ownerOf(database: Database, principal: Principal): Promise<ViewOwner> {
  const { keyId } = principal;
  return {
    tenantId: principal.role === 'tenant' ? principal.tenant : null,
    ownerId: isStoredCredential(keyId)
      ? await findViewOwner(database, keyId, ENVIRONMENT_KEY_ID)
      : indexableKeyId(keyId),
  };
}
