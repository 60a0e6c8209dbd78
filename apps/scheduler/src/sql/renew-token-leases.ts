import { type Database, rowSet, statement } from '@hookline/db';
import type { ClaimedToken } from './claimed-token.ts';

const leases = rowSet({ connection_id: 'text', kind: 'text', lease_id: 'text' });

// In one order, so that it never waits for a transaction that waits for it. A connection that needs a new consent has no
// due time, and gets none.
const renew = statement(
  { leases, leaseSeconds: 'float8' },
  ({ leases, leaseSeconds }) => `
    with picked as (
      select t.connection_id, t.kind from connection_tokens t
      join ${leases('l')} on l.connection_id = t.connection_id and l.kind = t.kind and l.lease_id = t.lease_id
      order by t.connection_id, t.kind
      for update of t
    )
    update connection_tokens t
    set lease_until = hookline_now() + make_interval(secs => ${leaseSeconds}),
        refresh_due_at = case when t.refresh_due_at is not null
                              then hookline_now() + make_interval(secs => ${leaseSeconds}) end
    from picked
    where t.connection_id = picked.connection_id and t.kind = picked.kind
    returning t.connection_id as "connectionId", t.kind, t.lease_id as "leaseId"`,
);

export type HeldToken = Pick<ClaimedToken, 'connectionId' | 'kind' | 'leaseId'>;

/** Prolongs the leases of tokens that are being exchanged. @returns those that this replica still has */
export async function renewTokenLeases(
  database: Database,
  held: readonly HeldToken[],
  leaseSeconds: number,
): Promise<HeldToken[]> {
  const { rows } = await renew.run<HeldToken>(database, {
    leases: held.map(({ connectionId, kind, leaseId }) => ({
      connection_id: connectionId,
      kind,
      lease_id: leaseId,
    })),
    leaseSeconds,
  });
  return rows;
}
