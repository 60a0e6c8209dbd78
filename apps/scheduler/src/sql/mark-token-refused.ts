import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { sql } from 'drizzle-orm';

/**
 * Notes that the provider's API refused the token of a generation.
 * @returns false if the generation has moved on, or its refusal was noted before
 */
export async function markTokenRefused(
  transaction: Transaction,
  token: { connectionId: string; kind: CredentialKind; generation: number },
): Promise<boolean> {
  const { rowCount } = await transaction.execute(sql`
    update connection_tokens set refused_generation = generation, refused_at = hookline_now()
    where connection_id = ${token.connectionId} and kind = ${token.kind} and generation = ${token.generation}
      and refused_generation is distinct from generation`);
  return rowCount === 1;
}
