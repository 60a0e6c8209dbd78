import { type Database, statement } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import {
  CLAIM_SET,
  CLAIMED_COLUMNS,
  type ClaimedToken,
  PICKED_COLUMNS,
  PICKED_FROM,
} from './claimed-token.ts';

const claim = statement(
  {
    leaseId: 'text',
    leaseSeconds: 'float8',
    connectionId: 'text',
    kind: 'text',
    generation: 'integer',
    isForced: 'boolean',
  },
  ({ leaseId, leaseSeconds, connectionId, kind, generation, isForced }) => `
    with picked as (
      select ${PICKED_COLUMNS}
      from ${PICKED_FROM}
      where t.connection_id = ${connectionId} and t.kind = ${kind} and t.generation = ${generation}
        and t.refresh_sealed is not null
        and (t.lease_until is null or t.lease_until <= hookline_now())
        and c.status not in ('needs_reauth', 'revoked')
        and (t.refresh_due_at <= hookline_now() or t.failures = 0 or t.failure_reason is null
          or (${isForced} and t.invalid_grant_at is null))
        and (t.refresh_not_before is null or t.refresh_not_before <= hookline_now())
        and (${isForced} or a.fault is null)
      for update of t
    )
    update connection_tokens t set ${CLAIM_SET(leaseId, leaseSeconds)}
    from picked
    where t.connection_id = picked.connection_id and t.kind = picked.kind
    returning ${CLAIMED_COLUMNS}`,
);

/**
 * Claims one token before its refresh is due. It waits for a claim or a result that another replica is storing at this
 * moment: a caller that is told "another replica has it" then finds the lease or the result in the row.
 * @param options.isForced also while its application is faulty, and during the pause after a failure; but never during
 *   the pause that the provider asked for, nor after a refused refresh token: the second refusal ends the connection, and
 *   the first may be false
 * @returns undefined if another replica has it, its generation has moved on, it is paused, or only a new consent can
 *   help
 */
export async function claimToken(
  database: Database,
  options: {
    connectionId: string;
    kind: CredentialKind;
    generation: number;
    leaseId: string;
    leaseMs: number;
    isForced: boolean;
  },
): Promise<ClaimedToken | undefined> {
  const { leaseMs, ...rest } = options;
  const { rows } = await claim.run<ClaimedToken>(database, { ...rest, leaseSeconds: leaseMs / 1000 });
  return rows[0];
}
