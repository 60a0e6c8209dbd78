import type { Principal } from '@hookline/contracts';
import { INTERNAL_HEADERS } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { abortOnClose } from './abort-on-close.ts';
import type { Upstream, UpstreamAnswer } from './upstream.ts';

/** Longer than an exchange of tokens and a look-up of the account take. */
const ANSWERS_WITHIN_MS = 28_000;

/**
 * Forwards a browser's GET with its cookies. Nothing else of the browser is passed on.
 * @param principal undefined: the browser has no key
 * @returns undefined if the browser has gone
 */
export async function forwardBrowser(
  { upstream, internalToken }: { upstream: Upstream; internalToken: string },
  request: FastifyRequest,
  reply: FastifyReply,
  principal: Principal | undefined,
): Promise<UpstreamAnswer | undefined> {
  const { cookie } = request.headers;
  const signal = abortOnClose(reply);
  try {
    return await upstream.send({
      method: 'GET',
      path: request.raw.url as string,
      headers: {
        ...(principal
          ? internalHeaders(internalToken, principal)
          : { [INTERNAL_HEADERS.token]: internalToken }),
        ...(cookie === undefined ? {} : { cookie }),
        'x-request-id': request.id,
      },
      headersTimeoutMs: ANSWERS_WITHIN_MS,
      signal,
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
