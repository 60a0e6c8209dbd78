import type { TaskKind } from '../tasks/task.ts';
import { createPollKind, type PollOptions } from './poll-task.ts';
import { createResourcesKind } from './resources-task.ts';

/** The kinds of tasks that poll. */
export function buildPolls(options: PollOptions): TaskKind[] {
  return [createPollKind(options), createResourcesKind(options)];
}
