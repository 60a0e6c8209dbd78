import { type AnswerOf, type JourneyStep, operations, type Rejection } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { askUpstream, type Reply } from '../../forward/ask-upstream.ts';
import type { Upstream } from '../../forward/upstream.ts';
import type { OperationRoutesOptions } from './operation-routes-options.ts';

type JourneyAnswer = AnswerOf<typeof operations.getJourney>;

/**
 * An event's journey from both who know parts of it: delivery, what became of it; ingest, the repeats that were
 * recognised at the door and never came further. When ingest does not answer, the journey says that it lacks them.
 */
export function mountJourney(app: FastifyInstance, options: OperationRoutesOptions): void {
  mountOperation(
    app,
    operations.getJourney,
    options.authenticate,
    async ({ principal, params, request, reply }) => {
      const signal = abortOnClose(reply);
      const { internalToken } = options;
      const ask = (upstream: Upstream, path: string) =>
        askUpstream({ upstream, path, internalToken, principal, request, signal });
      const search = new URL(request.raw.url as string, 'http://gateway').searchParams;
      search.set('eventId', params.id);
      search.set('code', 'duplicate');
      const [journey, repeats] = await Promise.all([
        ask(options.upstreams.delivery, request.raw.url as string),
        ask(options.upstreams.ingest, `/api/rejections?${search}`).catch(() => undefined),
      ]);
      if (journey.status !== 200) {
        const { 'retry-after': retryAfter } = journey.headers;
        if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
        return reply.code(journey.status).send(journey.body);
      }

      const { data } = journey.body as JourneyAnswer;
      const steps = [...data.steps, ...repeatSteps(repeats)];
      steps.sort((a, b) => a.at.localeCompare(b.at));
      return { data: { ...data, steps } };
    },
  );
}

function repeatSteps(answer: Reply | undefined): JourneyStep[] {
  if (answer?.status !== 200) {
    const text = 'Whether it was received again is not known: ingest did not answer';
    return [{ at: new Date().toISOString(), step: 'duplicate', text }];
  }
  const { data } = answer.body as { data: Rejection[] };
  return data.map(({ id, at, reason, providerDeliveryId }) => ({
    at,
    step: 'duplicate',
    text: reason,
    details: { rejectionId: id, providerDeliveryId },
  }));
}
