import { type Database, rowSet, statement } from '@hookline/db';
import {
  CLAIM_SET,
  CLAIMED_COLUMNS,
  type ClaimedToken,
  PICKED_COLUMNS,
  PICKED_FROM,
} from './claimed-token.ts';
import { IS_LATE } from './late-tokens.ts';

/** Applications with exchanges under way in this replica: how many more it may begin of each. */
const busy = rowSet({ app_id: 'text', free: 'integer' });

const IS_DUE = `
  t.refresh_due_at <= hookline_now() and t.refresh_sealed is not null
  and (t.lease_until is null or t.lease_until <= hookline_now())`;

const claim = statement(
  {
    busy,
    share: 'integer',
    leaseId: 'text',
    leaseSeconds: 'float8',
    limit: 'integer',
    candidates: 'integer',
    lateSeconds: 'float8',
  },
  ({ busy, share, leaseId, leaseSeconds, limit, candidates, lateSeconds }) => `
    with due as (
      select t.connection_id, t.kind, t.refresh_due_at, c.app_id, coalesce(b.free, ${share}) as free
      from ${PICKED_FROM}
      left join ${busy('b')} on b.app_id = c.app_id
      where ${IS_DUE} and coalesce(b.free, ${share}) > 0 and not ${IS_LATE(lateSeconds)}
      order by t.refresh_due_at
      limit ${candidates}
    ), ranked as (
      select *, row_number() over (partition by app_id order by refresh_due_at) as place from due
    ), chosen as (
      select connection_id, kind from ranked where place <= free order by refresh_due_at limit ${limit}
    ), picked as (
      select ${PICKED_COLUMNS}
      from ${PICKED_FROM}
      where (t.connection_id, t.kind) in (select connection_id, kind from chosen) and ${IS_DUE}
      for update of t skip locked
    )
    update connection_tokens t set ${CLAIM_SET(leaseId, leaseSeconds)}
    from picked
    where t.connection_id = picked.connection_id and t.kind = picked.kind
    returning ${CLAIMED_COLUMNS}`,
);

/** The most due tokens that a claim looks at. */
const CANDIDATES = 1_000;

/**
 * Claims tokens whose refresh is due, the longest due first, and of each application at most its share: those of a
 * provider that hangs leave room for the others. Two replicas never claim the same token. Tokens that are late are left:
 * they are spread by `late-tokens.ts`.
 * @param options.busy how many more are wanted of applications with exchanges under way; of the others `share`
 */
export async function claimDueTokens(
  database: Database,
  options: {
    leaseId: string;
    leaseMs: number;
    limit: number;
    share: number;
    busy: readonly { appId: string; free: number }[];
    lateSeconds: number;
  },
): Promise<ClaimedToken[]> {
  const { rows } = await claim.run<ClaimedToken>(database, {
    busy: options.busy.map(({ appId, free }) => ({ app_id: appId, free })),
    share: options.share,
    leaseId: options.leaseId,
    leaseSeconds: options.leaseMs / 1000,
    limit: options.limit,
    candidates: CANDIDATES,
    lateSeconds: options.lateSeconds,
  });
  return rows;
}
