import { type Database, statement } from '@hookline/db';
import {
  CLAIM_SET,
  CLAIMED_COLUMNS,
  type ClaimedToken,
  PICKED_COLUMNS,
  PICKED_FROM,
} from './claimed-token.ts';
import { IS_LATE } from './late-tokens.ts';

const claim = statement(
  { leaseId: 'text', leaseSeconds: 'float8', limit: 'integer', busyApps: 'jsonb', lateSeconds: 'float8' },
  ({ leaseId, leaseSeconds, limit, busyApps, lateSeconds }) => `
    with picked as (
      select ${PICKED_COLUMNS}
      from ${PICKED_FROM}
      where t.refresh_due_at <= hookline_now() and t.refresh_sealed is not null
        and (t.lease_until is null or t.lease_until <= hookline_now())
        and not ${busyApps} ? c.app_id and not ${IS_LATE(lateSeconds)}
      order by t.refresh_due_at
      limit ${limit}
      for update of t skip locked
    )
    update connection_tokens t set ${CLAIM_SET(leaseId, leaseSeconds)}
    from picked
    where t.connection_id = picked.connection_id and t.kind = picked.kind
    returning ${CLAIMED_COLUMNS}`,
);

/**
 * Claims tokens whose refresh is due, the longest due first. Two replicas never claim the same token. Tokens that are
 * late are left: they are spread by `late-tokens.ts`.
 * @param options.busyApps applications of which no more tokens are wanted now
 */
export async function claimDueTokens(
  database: Database,
  options: {
    leaseId: string;
    leaseMs: number;
    limit: number;
    busyApps: readonly string[];
    lateSeconds: number;
  },
): Promise<ClaimedToken[]> {
  const { rows } = await claim.run<ClaimedToken>(database, {
    leaseId: options.leaseId,
    leaseSeconds: options.leaseMs / 1000,
    limit: options.limit,
    busyApps: JSON.stringify(options.busyApps),
    lateSeconds: options.lateSeconds,
  });
  return rows;
}
