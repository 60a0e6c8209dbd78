import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { appMisconfigured } from '../../accounts/app-misconfigured.ts';
import { readTokens, type TokenRow } from '../../sql/read-token.ts';
import { isEnded } from '../../status/decide-status.ts';
import { describeStatus, toSentence, wordsOf } from '../../status/status-reasons.ts';
import { faultyAppOf, nextRefreshOf } from '../../tokens/access-tokens.ts';
import type { RouteContext } from '../context.ts';
import { requireConnection, showConnection } from './require-connection.ts';
import { REFUSED_ONCE, refreshRefused, retryAfter } from './to-connection-error.ts';

/** How long a call waits for the exchange of another replica. */
const MAX_WAIT_MS = 10_000;
const LOOK_MS = 250;

export function mountRefreshConnection(app: FastifyInstance, context: RouteContext): void {
  const { authenticate, database, tokens } = context;

  async function refresh(before: TokenRow): Promise<void> {
    const { connectionId, kind, generation } = before;
    await tokens.refresher.refresh(connectionId, kind, generation, { isForced: true });
    for (const startMs = performance.now(); ; await sleep(LOOK_MS)) {
      const [now] = await readTokens(database, connectionId, kind);
      if (now !== undefined && now.generation > generation) return;
      if (now?.isLeased && performance.now() - startMs < MAX_WAIT_MS) continue;
      throw now === undefined ? new ApiError('not_found', { message: 'Connection not found' }) : toError(now);
    }
  }

  mountOperation(app, operations.refreshConnection, authenticate, async ({ principal, params, query }) => {
    const scope = tenantToRead(principal, query.userId);
    const { id } = await database.withScope(scope, (transaction) =>
      requireConnection(transaction, params.id),
    );
    const rows = (await readTokens(database, id)).filter(({ canRefresh }) => canRefresh);
    if (rows.length === 0) {
      throw new ApiError('connection_unavailable', {
        message: 'The connection has no refresh token: its tokens are not refreshed',
        details: { reason: 'no_refresh_token' },
      });
    }
    for (const row of rows) {
      if (isEnded(row.status)) throw toError(row);
      await refresh(row);
    }
    return { data: await showConnection(database, scope, id) };
  });
}

/** Why a token was not refreshed. */
function toError(row: TokenRow): ApiError {
  const { status, kind, isLeased, lastError } = row;
  const isOver = isEnded(status);
  // A connection that is paused has another reason than its token.
  const reason = isOver ? row.reason : (row.failureReason ?? row.reason);
  const faultyApp = faultyAppOf(row);
  if (faultyApp !== undefined && !isOver) return appMisconfigured(faultyApp);
  const nextRefresh = nextRefreshOf(row);
  if (isOver || nextRefresh === undefined) {
    return new ApiError('connection_unavailable', {
      message: toSentence(describeStatus(status, reason)),
      details: { status, reason },
    });
  }
  if (!isLeased && reason === REFUSED_ONCE) return refreshRefused(nextRefresh);
  const cause = isLeased
    ? 'an earlier refresh has not ended'
    : (lastError ?? wordsOf(reason) ?? 'it is not to be refreshed now');
  return new ApiError('provider_unavailable', {
    message: `The ${kind} token was not refreshed: ${cause}. It is tried again`,
    details: { status, reason: isLeased ? 'refresh_under_way' : reason },
    retryAfterSeconds: retryAfter(nextRefresh),
  });
}
