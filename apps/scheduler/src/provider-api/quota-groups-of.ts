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

type Application = Pick<AppFacts, 'id' | 'tenant' | 'settings'>;

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
  const application = applicationKeyOf(app);
  if (countedBy === 'application') return `${provider}/${id}/${application}`;
  if (countedBy === 'application-and-account') return `${provider}/${id}/${application}/${accountId}`;
  // Another installation of the service, such as GitHub Enterprise, has accounts and counts of its own.
  const at = isElsewhere(app) ? `@${application}` : '';
  if (countedBy === 'egress') return `${provider}${at}/${id}`;
  return `${provider}${at}/${id}/account/${accountId}`;
}

/**
 * What names an application, or those with the same `quotaGroup`, in keys. Anybody may choose any text as `quotaGroup`:
 * texts of different tenants differ in the key, and no text is the id of an application.
 */
function applicationKeyOf({ id, tenant, settings: { quotaGroup } }: Application): string {
  if (quotaGroup === undefined) return `app/${id}`;
  const group = encodeURIComponent(quotaGroup.toWellFormed());
  return tenant === undefined ? `group/${group}` : `tenant/${encodeURIComponent(tenant)}/group/${group}`;
}

const isElsewhere = ({ settings: { origins = {} } }: Application) => Object.keys(origins).length > 0;

/** The accounts of a provider as the application sees them: those at other origins are others. */
export function accountKeyOf(provider: string, accountId: string, app: Application): string {
  const at = isElsewhere(app) ? `@${applicationKeyOf(app)}` : '';
  return `${provider}${at} ${accountId}`;
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
