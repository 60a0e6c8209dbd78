import { GRAPHQL_LIMITS, operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { abortOnClose } from '../forward/abort-on-close.ts';
import { sendQuestion } from '../forward/ask-upstream.ts';
import type { RouteContext } from '../routes/context.ts';

/** POST /graphql: reads through the same internal calls as the operations of the HTTP API, with the caller's scopes. */
export function mountGraphql(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, upstreams, internalToken } = context;
  mountOperation(app, operations.queryGraphql, authenticate, async ({ body, request, reply }) => {
    const signal = AbortSignal.any([abortOnClose(reply), AbortSignal.timeout(GRAPHQL_LIMITS.milliseconds)]);
    // Loaded with the first query: the library takes memory and time at the start that few need.
    const [{ Reader }, { runQuery }] = await Promise.all([import('./reader.ts'), import('./run-query.ts')]);
    const reader = new Reader({
      authorize: async (operation) => await authenticate(request, operation),
      async ask({ owner }, path, principal) {
        if (owner === 'gateway') throw new Error('the gateway has nothing to read');
        const upstream = upstreams[owner];
        const answer = await sendQuestion({ upstream, path, internalToken, principal, request, signal });
        return { status: answer.statusCode, bytes: Buffer.from(await answer.body.arrayBuffer()) };
      },
    });
    return await runQuery(body, reader, signal, (error) =>
      request.log.error({ err: error }, 'a GraphQL query failed'),
    );
  });
}
