import type { ConnectionSettings } from '@hookline/contracts';
import { didYouMean, invalidFields } from '@hookline/service';
import type { AppFacts } from '../../facts/app-facts.ts';
import { factsOf } from '../../facts/connection-facts.ts';
import { connectableOf } from '../../facts/require-connectable.ts';
import { chooseResources, listResources, pollsOfResources } from '../../polls/list-resources.ts';
import { missingScope } from '../../polls/missing-scope.ts';
import type { ConnectionRow } from '../../sql/connection-row.ts';
import { isEnded } from '../../status/decide-status.ts';
import type { RouteContext } from '../context.ts';
import { toConnectionError, unavailableConnection } from './to-connection-error.ts';

const TIMEOUT_MS = 20_000;
const MAX_TOLD = 10;

/**
 * Refuses names of resources that the account does not see. Names that are stored already are not asked about, so that
 * others can be taken away at any time.
 * @throws ApiError `invalid_request`, `connection_unavailable`, `provider_unavailable`, `permission_missing`
 */
export async function checkResources(
  { api }: Pick<RouteContext, 'api'>,
  row: ConnectionRow,
  app: AppFacts,
  { resources = [] }: ConnectionSettings,
): Promise<void> {
  const stored = new Set(row.settings.resources);
  const added = resources.filter((name) => !stored.has(name));
  const [poll] = pollsOfResources(connectableOf(row.provider));
  if (added.length === 0 || poll === undefined) return;
  if (isEnded(row.status)) throw unavailableConnection(row);
  const connection = factsOf(row);
  // The list is for those who have granted its scope. The status says what is missing.
  if (missingScope(poll.resources.scopes, connection.scopesGranted) !== undefined) return;
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const { listed, isComplete } = await listResources(
    api,
    { connection, app, onDemand: true, signal },
    poll,
  ).catch((error: unknown) => {
    throw toConnectionError(error);
  });
  const { unknown } = chooseResources(listed, added);
  const [first] = unknown;
  if (first === undefined || !isComplete) return;
  const known = listed.map(({ name }) => name);
  throw invalidFields({
    path: 'body/settings/resources',
    message: `has names that the account does not see: ${unknown.slice(0, MAX_TOLD).join(', ')}${didYouMean(first, known)}`,
  });
}
