import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountDiscardDeadLetter } from './discard-dead-letter.ts';
import { mountGetDeadLetter } from './get-dead-letter.ts';
import { mountListDeadLetters } from './list-dead-letters.ts';
import { mountListFailedWebhooks } from './list-failed-webhooks.ts';
import { mountReplayDeadLetter } from './replay-dead-letter.ts';

/** Operations on one dead letter or on their list. To send many again is a replay. */
export function mountDeadLetterRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListDeadLetters(app, context);
  mountListFailedWebhooks(app, context);
  mountGetDeadLetter(app, context);
  mountReplayDeadLetter(app, context);
  mountDiscardDeadLetter(app, context);
}
