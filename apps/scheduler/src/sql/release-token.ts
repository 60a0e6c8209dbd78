import { type Database, statement } from '@hookline/db';
import type { ClaimedToken } from './claimed-token.ts';

const release = statement(
  {
    connectionId: 'text',
    kind: 'text',
    generation: 'integer',
    leaseId: 'text',
    attemptedBefore: 'boolean',
    pauseSeconds: 'float8',
  },
  ({ connectionId, kind, generation, leaseId, attemptedBefore, pauseSeconds }) => `
    update connection_tokens
    set lease_id = null, lease_until = null, refresh_due_at = hookline_now() + make_interval(secs => ${pauseSeconds}),
        attempted_generation = case when ${attemptedBefore} then attempted_generation end
    where connection_id = ${connectionId} and kind = ${kind} and generation = ${generation} and lease_id = ${leaseId}`,
);

/** Gives a claimed token back that was not exchanged. It is due again after the pause. */
export async function releaseToken(
  database: Database,
  claimed: Pick<ClaimedToken, 'connectionId' | 'kind' | 'generation' | 'leaseId' | 'attemptedBefore'>,
  pauseSeconds: number,
): Promise<void> {
  const { connectionId, kind, generation, leaseId, attemptedBefore } = claimed;
  await release.run(database, { connectionId, kind, generation, leaseId, attemptedBefore, pauseSeconds });
}
