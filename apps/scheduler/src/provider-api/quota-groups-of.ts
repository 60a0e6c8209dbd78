import type { Connectable, QuotaSpecification } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';

/** A quota group that a call takes from. */
export interface QuotaGroup {
  readonly key: string;
  /** Units per window; null: unknown. */
  readonly capacity: number | null;
  readonly windowSeconds: number | null;
  readonly zone: string | null;
  /** Units that the call reserves. */
  readonly cost: number;
  readonly specification: QuotaSpecification;
}

type Application = Pick<AppFacts, 'id' | 'settings'>;

/**
 * The quota groups of a call.
 * @param path of the address that is called
 * @param units replaces the cost in the provider's definition
 */
export function quotaGroupsOf(
  { id, quotas = [] }: Pick<Connectable, 'id' | 'quotas'>,
  connection: Pick<ConnectionFacts, 'accountId'>,
  app: Application,
  path: string,
  units?: number,
): QuotaGroup[] {
  return quotas
    .filter(({ paths }) => paths === undefined || paths.some((end) => path.endsWith(end)))
    .map((specification) => ({
      key: keyOf(id, specification, connection.accountId, app),
      capacity: capacityOf(specification, app),
      windowSeconds: 'seconds' in specification.window ? specification.window.seconds : null,
      zone: 'dayIn' in specification.window ? specification.window.dayIn : null,
      cost: specification.counts === 'refusals' ? 0 : (units ?? costOf(specification, path)),
      specification,
    }));
}

function keyOf(
  provider: string,
  { id, countedBy }: QuotaSpecification,
  accountId: string,
  app: Application,
): string {
  const application = app.settings.quotaGroup ?? app.id;
  const isElsewhere = Object.keys(app.settings.origins ?? {}).length > 0;
  // Another installation of the service, such as GitHub Enterprise, has accounts and counts of its own.
  const at = isElsewhere ? `@${application}` : '';
  if (countedBy === 'egress') return `${provider}${at}/${id}`;
  if (countedBy === 'account') return `${provider}${at}/${id}/account/${accountId}`;
  if (countedBy === 'application') return `${provider}/${id}/app/${application}`;
  return `${provider}/${id}/app/${application}/${accountId}`;
}

function capacityOf({ capacity, capacityBy }: QuotaSpecification, { settings }: Application): number | null {
  if (capacityBy !== undefined) {
    const value = new Map<string, unknown>(Object.entries(settings)).get(capacityBy.setting);
    if (typeof value === 'string' && Object.hasOwn(capacityBy.values, value))
      return capacityBy.values[value] ?? null;
  }
  return capacity ?? null;
}

function costOf({ costs = {} }: QuotaSpecification, path: string): number {
  return Object.entries(costs).find(([end]) => path.endsWith(end))?.[1] ?? 1;
}
