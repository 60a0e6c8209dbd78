import { PUBLIC_KEYS_ROUTE, publicKeysPath } from '@hookline/contracts';
import { createRateWindow, networkOf, rateLimited, rateLimitHeaders } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { abortOnClose } from '../../forward/abort-on-close.ts';
import { sendAnswer } from '../../forward/send-answer.ts';
import type { PublicKeysLimit, RouteContext } from '../context.ts';

/** The same as ingest's default for webhooks. */
const DEFAULT_LIMIT: PublicKeysLimit = { misses: 1_000, windowMs: 900_000 };

/**
 * Forwards the page of the keys with which a receiver verifies signatures. Callers need no key.
 *
 * Only requests for missing pages count against a client address. An address beyond the limit still gets existing pages,
 * because every receiver may use the same proxy: delivery then answers from memory. For a missing page it gets 429, and
 * delivery does not ask Postgres.
 */
export function mountPublicKeys(app: FastifyInstance, { upstreams, publicKeysLimit }: RouteContext): void {
  const { misses, windowMs } = publicKeysLimit ?? DEFAULT_LIMIT;
  const missed = createRateWindow({ limit: misses, windowMs });
  app.get<{ Params: { id: string } }>(PUBLIC_KEYS_ROUTE, async (request, reply) => {
    const address = networkOf(request.ip);
    const signal = abortOnClose(reply);
    try {
      const answer = await upstreams.delivery.send({
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
