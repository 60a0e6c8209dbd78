import { type Database, rowSet, statement } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';

/** A refresh token that ends within this time is not let wait. */
const ENDS_SOON = "interval '1 hour'";

export interface LateToken {
  connectionId: string;
  kind: CredentialKind;
  lifeSeconds: number | null;
  /** The text of Postgres with all digits: the due time that is replaced. */
  dueAt: string;
  nowMs: number;
}

/** Whether the due time of a token passed so long ago that no replica can have been running. */
export const IS_LATE = (lateSeconds: string) => `
  (t.refresh_due_at <= hookline_now() - make_interval(secs => ${lateSeconds})
   and (t.refresh_expires_at is null or t.refresh_expires_at > hookline_now() + ${ENDS_SOON}))`;

const list = statement(
  { lateSeconds: 'float8', limit: 'integer' },
  ({ lateSeconds, limit }) => `
    select t.connection_id as "connectionId", t.kind, t.life_seconds as "lifeSeconds", t.refresh_due_at::text as "dueAt",
      (extract(epoch from hookline_now()) * 1000)::float8 as "nowMs"
    from connection_tokens t
    where t.refresh_sealed is not null and ${IS_LATE(lateSeconds)}
    order by t.refresh_due_at limit ${limit}`,
);

export async function listLateTokens(
  database: Database,
  options: { lateSeconds: number; limit: number },
): Promise<LateToken[]> {
  const { rows } = await list.run<LateToken>(database, options);
  return rows;
}

const moves = rowSet({ connection_id: 'text', kind: 'text', from_due: 'timestamptz', seconds: 'float8' });

const move = statement(
  { moves },
  ({ moves }) => `
    update connection_tokens t set refresh_due_at = hookline_now() + make_interval(secs => m.seconds)
    from ${moves('m')}
    where t.connection_id = m.connection_id and t.kind = m.kind and t.refresh_due_at = m.from_due`,
);

/** Moves due times, except those that have changed since they were read. */
export async function moveLateTokens(
  database: Database,
  moved: readonly (LateToken & { seconds: number })[],
): Promise<void> {
  await move.run(database, {
    moves: moved.map(({ connectionId, kind, dueAt, seconds }) => ({
      connection_id: connectionId,
      kind,
      from_due: dueAt,
      seconds,
    })),
  });
}
