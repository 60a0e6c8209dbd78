import type { Database } from '@hookline/db';
import { restorePolls } from '../sql/restore-polls.ts';
import { tightenPolls } from '../sql/tighten-polls.ts';
import type { WatchRun } from './watch-run.ts';

/** Makes the polls of a watch run more often while it does not work. */
export interface PollTightening {
  tighten(run: WatchedPolls): Promise<void>;
  restore(run: WatchedPolls): Promise<void>;
}

type WatchedPolls = Pick<WatchRun, 'row' | 'connection' | 'connectable' | 'specification'>;

/** How often the polls run then. */
const TIGHT_SECONDS = 300;

export function createPollTightening(database: Database): PollTightening {
  const resourceOf = ({ row, specification }: WatchedPolls) =>
    specification.resources === undefined ? undefined : row.resource;
  return {
    async tighten(run) {
      const { polls } = run.specification;
      if (polls.length === 0) return;
      const connectionId = run.connection.id;
      await tightenPolls(database, {
        connectionId,
        polls,
        resource: resourceOf(run),
        seconds: TIGHT_SECONDS,
      });
    },
    async restore(run) {
      const { connection, connectable, specification } = run;
      const intervals = (connectable.polling ?? [])
        .filter(({ id }) => specification.polls.includes(id))
        .map(({ id, everySeconds }) => ({
          name: id,
          seconds: connection.settings.intervals?.[id] ?? everySeconds,
        }));
      await restorePolls(database, { connectionId: connection.id, resource: resourceOf(run), intervals });
    },
  };
}
