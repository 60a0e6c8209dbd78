import { PUBLIC_KEYS_ROUTE, publicKeysPath } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { sendAnswer } from '../../forward/send-answer.ts';
import type { Upstream } from '../../forward/upstream.ts';

/** The keys that receivers verify with, for anybody: delivery has them. */
export function mountPublicKeys(app: FastifyInstance, delivery: Upstream): void {
  app.get<{ Params: { id: string } }>(PUBLIC_KEYS_ROUTE, async (request, reply) => {
    const signal = abortOnClose(reply);
    try {
      const answer = await delivery.send({
        method: 'GET',
        path: publicKeysPath(encodeURIComponent(request.params.id)),
        headers: { 'x-request-id': request.id },
        signal,
      });
      return sendAnswer(reply, answer);
    } catch (error) {
      if (signal.aborted) return reply.hijack();
      throw error;
    }
  });
}
