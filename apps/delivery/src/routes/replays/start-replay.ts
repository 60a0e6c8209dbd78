import { type Principal, type ReplayPreview, type StartedReplay, tenantToRead } from '@hookline/contracts';
import { createReplay, type ReplayRequest } from '../../operations/replays/create-replay.ts';
import { noOutcomes } from '../../sql/count-replay-outcomes.ts';
import type { RouteContext } from '../context.ts';
import { checkFilter } from '../endpoints/settings/check-filter.ts';
import { checkTransformation } from '../endpoints/settings/check-transformation.ts';
import { presentReplay } from './present-replay.ts';

type StartContext = Pick<RouteContext, 'database' | 'transformer' | 'wakeReplays'>;
type Request = Omit<ReplayRequest, 'tenant' | 'requestedBy'>;

/**
 * Creates a replay. With `dryRun` it only reports what the replay would send.
 * @throws ApiError `invalid_filter` or `invalid_transformation`
 */
export function startReplay(
  context: StartContext,
  principal: Principal,
  userId: string | undefined,
  request: Request & { dryRun?: never },
): Promise<StartedReplay>;
export function startReplay(
  context: StartContext,
  principal: Principal,
  userId: string | undefined,
  request: Request,
): Promise<StartedReplay | ReplayPreview>;
export async function startReplay(
  { database, transformer, wakeReplays }: StartContext,
  principal: Principal,
  userId: string | undefined,
  request: Request,
): Promise<StartedReplay | ReplayPreview> {
  const tenant = tenantToRead(principal, userId);
  if (request.filter) checkFilter(request.filter);
  if (request.transformation)
    await checkTransformation(transformer, tenant ?? 'operators', request.transformation);
  const created = await createReplay(database, { ...request, tenant, requestedBy: principal.role });
  if ('preview' in created) return created.preview;
  wakeReplays();
  return { ...presentReplay(created.row, noOutcomes()), ...created.reach };
}
