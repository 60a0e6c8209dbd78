import { ApiError } from '@hookline/contracts';
import { linkToReconnect } from '../../accounts/link-to-reconnect.ts';
import { findMissingScopes } from '../../accounts/missing-scopes.ts';
import type { ConnectionFacts } from '../../facts/connection-facts.ts';
import { connectableOf } from '../../facts/require-connectable.ts';
import type { PollGroup } from '../../sql/list-poll-groups.ts';
import { APP_NOT_INSTALLED, isResting } from '../../status/decide-status.ts';
import { STATUS_REASONS } from '../../status/status-reasons.ts';
import { PAUSED_FOR_SCOPE } from '../../tasks/task.ts';
import { unavailableConnection } from './to-connection-error.ts';

/**
 * Why a call for polls made none run. Undefined: their resources are listed first, and the polls follow.
 * @param groups of the polls that were asked for
 */
export function whyNothingPolls(
  connection: ConnectionFacts & { reason: string | null },
  resource: string | undefined,
  groups: readonly PollGroup[],
): ApiError | undefined {
  if (isResting(connection.status)) return unavailableConnection(connection);
  if (connection.reason === APP_NOT_INSTALLED) return nothingToPoll(STATUS_REASONS[APP_NOT_INSTALLED]);
  if (groups.some(({ pausedReason }) => pausedReason === PAUSED_FOR_SCOPE))
    return missingPermission(connection);
  if (resource !== undefined)
    return nothingToPoll(`The resource ${resource} is not polled. GET /api/connections/:id shows what is`);
  // The settings may have changed since the list was read.
  const wanted = new Set(connection.settings.resources);
  const unknown = groups.flatMap((group) => group.unknown ?? []).filter((name) => wanted.has(name));
  if (unknown.length > 0)
    return nothingToPoll(
      `The account does not see what settings.resources names: ${unknown.join(', ')}. Change settings.resources, or give the account access`,
      { unknown },
    );
  if (groups.some(({ kind, pausedReason }) => kind === 'resources' && pausedReason === null))
    return undefined;
  return nothingToPoll(
    `${connectableOf(connection.provider).name} has nothing that is polled for this connection`,
  );
}

function missingPermission({ id, provider, scopesGranted }: ConnectionFacts): ApiError {
  const missing = findMissingScopes(connectableOf(provider), scopesGranted);
  const what = missing.map(({ scopes }) => scopes.join(' or ')).join('; ');
  return new ApiError('permission_missing', {
    message: `The polls rest, because the person has not granted ${what === '' ? 'what the provider asks for' : what}. Create a link with connectionId ${id} by POST /api/connections/links: it asks the person for it`,
    details: { missing, reconnect: linkToReconnect({ provider, id }) },
  });
}

const nothingToPoll = (message: string, details?: unknown) =>
  new ApiError('nothing_to_poll', { message, details });
