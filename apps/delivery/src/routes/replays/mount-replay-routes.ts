import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCancelReplay } from './cancel-replay.ts';
import { mountCreateReplay } from './create-replay.ts';
import { mountGetReplay } from './get-replay.ts';
import { mountListReplays } from './list-replays.ts';
import { mountPauseReplay } from './pause-replay.ts';
import { mountReplayDeadLetters } from './replay-dead-letters.ts';
import { mountReplayMissed } from './replay-missed.ts';
import { mountResumeReplay } from './resume-replay.ts';
import { mountRetryFailed } from './retry-failed.ts';

export function mountReplayRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateReplay(app, context);
  mountReplayDeadLetters(app, context);
  mountReplayMissed(app, context);
  mountRetryFailed(app, context);
  mountListReplays(app, context);
  mountGetReplay(app, context);
  mountPauseReplay(app, context);
  mountResumeReplay(app, context);
  mountCancelReplay(app, context);
}
