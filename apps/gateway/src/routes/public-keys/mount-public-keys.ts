import { PUBLIC_KEYS_ROUTE, publicKeysPath } from '@hookline/contracts';
import { createRateWindow, networkOf, rateLimited, rateLimitHeaders } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { sendAnswer } from '../../forward/send-answer.ts';
import type { Upstream } from '../../forward/upstream.ts';

export interface PublicKeysLimit {
  /** Pages that are not there, asked for by one client address in a window. */
  misses: number;
  windowMs: number;
}

/** As ingest has it for inbound webhooks by default. */
const DEFAULT_LIMIT: PublicKeysLimit = { misses: 1_000, windowMs: 900_000 };

/**
 * The keys that receivers verify with, for anybody: delivery has them.
 *
 * The limit is that of inbound webhooks: against an address counts only what was not there, and beyond its limit it
 * is heard all the same, because a proxy may stand for every receiver. What is there is answered, from delivery's
 * memory; what is not gets 429, and is looked for no further.
 */
export function mountPublicKeys(
  app: FastifyInstance,
  delivery: Upstream,
  { misses, windowMs }: PublicKeysLimit = DEFAULT_LIMIT,
): void {
  const missed = createRateWindow({ limit: misses, windowMs });
  app.get<{ Params: { id: string } }>(PUBLIC_KEYS_ROUTE, async (request, reply) => {
    const address = networkOf(request.ip);
    const signal = abortOnClose(reply);
    try {
      const answer = await delivery.send({
        method: 'GET',
        path: publicKeysPath(encodeURIComponent(request.params.id)),
        headers: {
          'x-request-id': request.id,
          ...(missed.look(address).exceeded ? { 'cache-control': 'only-if-cached' } : {}),
        },
        signal,
      });
      const state = answer.statusCode === 404 ? missed.take(address) : undefined;
      if (state) reply.headers(rateLimitHeaders(state));
      if (state?.exceeded) {
        answer.body.resume();
        throw rateLimited(state);
      }
      return sendAnswer(reply, answer);
    } catch (error) {
      if (signal.aborted) return reply.hijack();
      throw error;
    }
  });
}
