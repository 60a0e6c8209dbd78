import { ApiError, type Replay } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import { countReplayOutcomes } from '../../sql/count-replay-outcomes.ts';
import { lockReplay } from '../../sql/lock-replay.ts';
import type { ReplayRow } from '../../sql/replay-row.ts';
import { type ReplayTarget, updateReplay } from '../../sql/update-replay.ts';
import { presentReplay } from './present-replay.ts';

export interface ReplayChange {
  /** The statuses from which the change is possible. A replay that has the new status already stays as it is. */
  from: readonly ReplayRow['status'][];
  to: ReplayTarget;
}

/**
 * Changes the status of a replay. Waits until the worker has finished its current part: once this returns, the replay
 * sends no further deliveries. Deliveries that it has made due already are sent.
 * @throws ApiError `not_found`; `conflict` for a replay in another status
 */
export async function changeReplay(tx: Transaction, id: string, { from, to }: ReplayChange): Promise<Replay> {
  const row = await lockReplay(tx, id);
  if (!row) throw replayNotFound();
  if (!from.includes(row.status)) throw new ApiError('conflict', { message: `The replay is ${row.status}` });
  const changed = row.status === to ? row : await updateReplay(tx, id, to);
  const outcomesOf = await countReplayOutcomes(tx, [id]);
  return presentReplay(changed, outcomesOf(id));
}

export const replayNotFound = (): ApiError =>
  new ApiError('not_found', { message: 'There is no such replay' });
