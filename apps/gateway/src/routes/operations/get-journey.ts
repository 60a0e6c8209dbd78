import { type AnswerOf, type JourneyStep, operations, type Rejection } from '@hookline/contracts';
import { addVary, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { askUpstream, type Reply } from '../../forward/ask-upstream.ts';
import type { Upstream } from '../../forward/upstream.ts';
import type { RouteContext } from '../context.ts';
import { withRepeats } from './with-repeats.ts';

type JourneyAnswer = AnswerOf<typeof operations.getJourney>;

/**
 * Puts an event's journey together. Delivery knows the event and its deliveries; ingest knows the repeats that it did not
 * pass on. If ingest does not answer, the journey says that the repeats are missing.
 */
export function mountGetJourney(app: FastifyInstance, context: RouteContext): void {
  mountOperation(
    app,
    operations.getJourney,
    context.authenticate,
    async ({ principal, params, request, reply }) => {
      const signal = abortOnClose(reply);
      const { internalToken } = context;
      const ask = (upstream: Upstream, path: string) =>
        askUpstream({ upstream, path, internalToken, principal, request, signal });
      const search = new URL(request.raw.url as string, 'http://gateway').searchParams;
      search.set('eventId', params.id);
      search.set('code', 'duplicate');
      const [journey, repeats] = await Promise.all([
        ask(context.upstreams.delivery, request.raw.url as string),
        ask(context.upstreams.ingest, `/api/rejections?${search}`).catch(() => undefined),
      ]);
      if (journey.status !== 200) {
        const { 'retry-after': retryAfter, 'content-type': contentType, vary } = journey.headers;
        if (vary !== undefined) addVary(reply, String(vary));
        if (retryAfter !== undefined) reply.header('retry-after', retryAfter);
        return reply.code(journey.status).type(String(contentType)).send(JSON.stringify(journey.body));
      }

      const { data } = journey.body as JourneyAnswer;
      const ofIngest = repeatSteps(repeats);
      const known = [...data.steps, ...(ofIngest ?? [])];
      const repeated = known.filter(({ step }) => step === 'duplicate').length;
      const steps = ofIngest === undefined ? [...known, unknownRepeats()] : known;
      steps.sort((a, b) => a.at.localeCompare(b.at));
      return { data: { ...data, summary: withRepeats(data.summary, repeated), steps } };
    },
  );
}

/** @returns undefined if ingest did not answer */
function repeatSteps(answer: Reply | undefined): JourneyStep[] | undefined {
  if (answer?.status !== 200) return undefined;
  const { data } = answer.body as { data: Rejection[] };
  return data.map(({ id, at, reason, providerDeliveryId }) => ({
    at,
    step: 'duplicate',
    text: reason,
    details: { rejectionId: id, providerDeliveryId },
  }));
}

const unknownRepeats = (): JourneyStep => ({
  at: new Date().toISOString(),
  step: 'duplicate',
  text: 'It is unknown whether the event was received again: ingest did not answer',
});
