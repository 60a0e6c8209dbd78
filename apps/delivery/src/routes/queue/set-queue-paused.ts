import { untilAllConfirm } from '../../operations/replicas/until-all-confirm.ts';
import { nextCatalogVersion } from '../../sql/next-catalog-version.ts';
import type { RouteContext } from '../context.ts';

/** Resolves once every replica has confirmed the version of the catalog that holds the change. */
export async function setQueuePaused(
  { database, replicas }: Pick<RouteContext, 'database' | 'replicas'>,
  paused: boolean,
): Promise<void> {
  const version = await database.withSystem((tx) => nextCatalogVersion(tx, { paused }));
  await untilAllConfirm(database, replicas, version);
}
