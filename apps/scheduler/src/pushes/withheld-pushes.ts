import type { Database } from '@hookline/db';
import type { Journal } from '../journal/journal.ts';
import { countWithheldPushes } from '../sql/withheld-pushes.ts';
import { isEnded } from '../status/decide-status.ts';

/** A push and a connection that it was for, but did not become an event of. */
export interface WithheldPush {
  readonly connectionId: string;
  readonly type: string;
}

/** Counts pushes that connections do not receive. The journey of a connection tells of the first one. */
export type NoteWithheld = (pushes: readonly WithheldPush[]) => Promise<void>;

export function createNoteWithheld({
  database,
  journal,
}: {
  database: Database;
  journal: Journal;
}): NoteWithheld {
  return async (pushes) => {
    const byConnection = Map.groupBy(pushes, ({ connectionId }) => connectionId);
    const counts = new Map([...byConnection].map(([id, these]) => [id, these.length]));
    for (const { connectionId, tenant, status, isFirst } of await countWithheldPushes(database, counts)) {
      if (!isFirst) continue;
      const type = byConnection.get(connectionId)?.[0]?.type ?? '';
      const why = isEnded(status) ? 'The grant has ended' : 'The connection is paused';
      await journal.record(database, {
        connectionId,
        tenant,
        kind: 'push',
        outcome: 'withheld',
        text: `${why}, so a push (${type}) was not passed on. The number of all such pushes is told when the connection receives pushes again`,
        detail: { type },
      });
    }
  };
}
