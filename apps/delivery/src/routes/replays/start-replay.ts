import { type Principal, type ReplayPreview, type StartedReplay, tenantToRead } from '@hookline/contracts';
import { createReplay, type ReplayRequest } from '../../operations/replays/create-replay.ts';
import type { RouteContext } from '../context.ts';
import { checkFilter } from '../endpoints/settings/check-filter.ts';
import { checkTransformation } from '../endpoints/settings/check-transformation.ts';
import { presentReplay } from './present-replay.ts';

const NOTHING_YET = { succeeded: 0, failed: 0, open: 0 };

/**
 * Makes a replay, or with `dryRun` only tells what one would send.
 * @throws ApiError `invalid_filter` or `invalid_transformation`
 */
export async function startReplay(
  { database, transformer, wakeReplays }: Pick<RouteContext, 'database' | 'transformer' | 'wakeReplays'>,
  principal: Principal,
  userId: string | undefined,
  request: Omit<ReplayRequest, 'tenant' | 'requestedBy'>,
): Promise<StartedReplay | ReplayPreview> {
  const tenant = tenantToRead(principal, userId);
  if (request.filter) checkFilter(request.filter);
  if (request.transformation)
    await checkTransformation(transformer, tenant ?? 'operators', request.transformation);
  const created = await createReplay(database, { ...request, tenant, requestedBy: principal.role });
  if ('preview' in created) return created.preview;
  wakeReplays();
  return { ...presentReplay(created.row, NOTHING_YET), ...created.reach };
}
