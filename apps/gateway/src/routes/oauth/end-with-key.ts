import {
  type AnswerOf,
  ApiError,
  connectionLinkOperations,
  ENVIRONMENT_KEY_ID,
  type Operation,
} from '@hookline/contracts';
import { RETRY_AFTER_SECONDS } from '@hookline/service';
import type { FastifyRequest } from 'fastify';
import { isStoredCredential } from '../../auth/is-stored-credential.ts';
import { askUpstream } from '../../forward/ask-upstream.ts';
import { listEndings } from '../../sql/list-endings.ts';
import type { RouteContext } from '../context.ts';

const { findLinkMaker, endLink, findFlowMaker, endFlow } = connectionLinkOperations;

/**
 * A link works as long as the API key or the session that made it, and so does the flow that a browser began with it.
 * The scheduler, which has both, does not know keys and sessions, so it is told to end what was made with an ended one.
 * @param opened the link that a browser opens, or the state of the flow with which it comes back
 * @throws ApiError `unavailable`
 */
export async function endWithKey(
  context: RouteContext,
  opened: { readonly link: string } | { readonly state: string },
  request: FastifyRequest,
  signal: AbortSignal,
): Promise<void> {
  const ask = async <O extends Operation>(operation: O): Promise<AnswerOf<O>> => {
    const { status, body } = await askUpstream({
      upstream: context.upstreams.scheduler,
      path: operation.path,
      body: opened,
      internalToken: context.internalToken,
      principal: { role: 'operator', keyId: 'gateway' },
      request,
      signal,
    });
    if (status === operation.success.status) return body as AnswerOf<O>;
    throw new ApiError('unavailable', {
      message: `The scheduler answered ${status} to a question about a link; try again`,
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  };
  const isLink = 'link' in opened;
  const { data } = await ask(isLink ? findLinkMaker : findFlowMaker);
  if (data.keyId !== null && (await hasEnded(context, data.keyId))) await ask(isLink ? endLink : endFlow);
}

async function hasEnded({ database, operatorKey }: RouteContext, keyId: string): Promise<boolean> {
  if (keyId === ENVIRONMENT_KEY_ID) return operatorKey === undefined;
  if (!isStoredCredential(keyId)) return false;
  const [ending] = await listEndings(database, [keyId]);
  return ending !== undefined && ending.endsAfterMs <= 0;
}
