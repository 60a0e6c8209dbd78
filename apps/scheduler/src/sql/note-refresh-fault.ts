import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';

/** Notes why a token is not refreshed although no exchange of its present generation has failed. */
export async function noteRefreshFault(
  transaction: Transaction,
  token: { connectionId: string; kind: CredentialKind },
  reason: string,
): Promise<void> {
  await transaction.execute(sql`
    update connection_tokens set failure_reason = ${reason}, updated_at = hookline_now()
    where connection_id = ${token.connectionId} and kind = ${token.kind}`);
}
