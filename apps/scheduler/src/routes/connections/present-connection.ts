import type { Connection } from '@hookline/contracts';
import { linkToReconnect } from '../../accounts/link-to-reconnect.ts';
import { findMissingScopes } from '../../accounts/missing-scopes.ts';
import { withIdentity } from '../../facts/connection-facts.ts';
import { connectableOf } from '../../facts/require-connectable.ts';
import type { ConnectionRow } from '../../sql/connection-row.ts';
import type { PollFacts } from '../../sql/list-poll-facts.ts';
import type { TokenFacts } from '../../sql/list-token-facts.ts';
import { wordsOf } from '../../status/status-reasons.ts';
import { PAUSED_FOR_SCOPE } from '../../tasks/task.ts';

const timeOf = (date: Date | null) => date?.toISOString() ?? null;

export function presentConnection(
  row: ConnectionRow,
  tokens: readonly TokenFacts[],
  polls: readonly PollFacts[],
): Connection {
  const missing = findMissingScopes(connectableOf(row.provider), row.scopesGranted ?? undefined);
  return {
    id: row.id,
    userId: row.tenantId,
    provider: row.provider,
    appId: row.appId,
    account: { id: row.accountId, name: row.accountName },
    status: row.status,
    reason: row.reason,
    message: messageOf(row),
    since: row.since.toISOString(),
    scopes: {
      requested: row.scopesRequested,
      granted: row.scopesGranted,
      missing,
      reconnect: missing.length === 0 && row.reason !== PAUSED_FOR_SCOPE ? null : linkToReconnect(row),
    },
    settings: withIdentity(row.settings, row.identity),
    tokens: tokens.map((token) => ({
      kind: token.kind,
      generation: token.generation,
      expiresAt: timeOf(token.expiresAt),
      nextRefreshAt: timeOf(token.refreshDueAt),
      refreshTokenExpiresAt: timeOf(token.refreshExpiresAt),
      refreshingUntil: timeOf(token.refreshingUntil),
    })),
    polls: polls.map(presentPoll),
    consentAt: row.consentAt.toISOString(),
    consentEndsAt: timeOf(row.consentEndsAt),
    verifiedAt: timeOf(row.verifiedAt),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Why, in words; all reasons of a pause. */
function messageOf({ reason, pauses }: ConnectionRow): string | null {
  const words = pauses.length > 1 ? pauses.flatMap((pause) => wordsOf(pause) ?? []) : [];
  return words.length > 1 ? words.join('. ') : (wordsOf(reason) ?? null);
}

function presentPoll(poll: PollFacts): Connection['polls'][number] {
  const { intervalSeconds, stretch } = poll;
  return {
    id: poll.name,
    resources: poll.resources,
    intervalSeconds,
    quotaShare:
      stretch > 1 ? { intervalSeconds: Math.round(intervalSeconds * stretch), quotas: poll.quotaKeys } : null,
    nextAt: timeOf(poll.nextAt),
    lastSucceededAt: timeOf(poll.lastSucceededAt),
    lastOutcome: poll.lastOutcome,
    lastError: poll.lastError,
    resting: poll.restingReason === null ? null : { count: poll.resting, reason: poll.restingReason },
    today: { expected: poll.expected, done: poll.done },
  };
}
