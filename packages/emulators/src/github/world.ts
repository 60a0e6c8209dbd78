import type { EmulatorClock } from '../core/clock.ts';
import type { Hooks } from './hooks.ts';
import type { Installations } from './installations.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Repositories } from './repositories.ts';
import type { GitHubAuthorization } from './state.ts';
import type { Timeline } from './timeline.ts';

/** Everything that the emulated GitHub holds. */
export interface GitHubWorld {
  readonly server: GitHubAuthorization;
  readonly clock: EmulatorClock;
  readonly limits: RateLimits;
  readonly repositories: Repositories;
  readonly hooks: Hooks;
  readonly installations: Installations;
  readonly timeline: Timeline;
}
