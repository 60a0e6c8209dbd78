import type { Database } from '@hookline/db';
import { ensureQuotaGroups } from '../sql/ensure-quota-groups.ts';
import { type ReservedQuota, reserveQuota } from '../sql/reserve-quota.ts';
import { settleQuota } from '../sql/settle-quota.ts';
import { chargeOf, type QuotaAnswer, shareOf } from './charge-of.ts';
import type { QuotaGroup } from './quota-groups-of.ts';

/** A quota has no room for a call now. */
export class QuotaExhaustedError extends Error {
  override readonly name = 'QuotaExhaustedError';
  readonly code = 'quota_exhausted';
  /** The key of the group. */
  readonly group: string;
  readonly retryAfterSeconds: number;

  constructor(group: string, retryAfterSeconds: number) {
    super(`the quota ${group} has room again in ${Math.ceil(retryAfterSeconds)} s`);
    this.group = group;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Units that a call has reserved. */
export interface Reservation {
  readonly groups: readonly (QuotaGroup & { readonly windowEndsAt: string })[];
}

export interface QuotaBook {
  /**
   * Reserves the cost of a call in each group. Scheduled calls leave a fifth of each quota to calls on demand.
   * @throws QuotaExhaustedError
   */
  reserve(groups: readonly QuotaGroup[], onDemand: boolean): Promise<Reservation>;
  /** Replaces a reservation by what the answer says. */
  settle(reservation: Reservation, answer: QuotaAnswer | undefined): Promise<void>;
}

/** Groups that this process knows to exist. Beyond it, it asks once more. */
const MAX_KNOWN = 10_000;

/** Quotas in Postgres, which all replicas share. */
export function createQuotaBook(database: Database): QuotaBook {
  const known = new Map<string, string>();

  async function ensure(groups: readonly QuotaGroup[]): Promise<void> {
    const unknown = groups.filter((group) => known.get(group.key) !== ruleOf(group));
    if (unknown.length === 0) return;
    await ensureQuotaGroups.run(database, {
      groups: unknown.map(({ key, capacity, windowSeconds, zone }) => ({
        key,
        capacity,
        window_seconds: windowSeconds,
        zone,
      })),
    });
    if (known.size + unknown.length > MAX_KNOWN) known.clear();
    for (const group of unknown) known.set(group.key, ruleOf(group));
  }

  return {
    async reserve(groups, onDemand) {
      if (groups.length === 0) return { groups: [] };
      await ensure(groups);
      const { rows } = await reserveQuota.run<ReservedQuota>(database, {
        wanted: groups.map((group) => ({
          key: group.key,
          cost: group.cost,
          share: shareOf(group, onDemand),
        })),
      });
      const refusal = rows.find(({ retryAfterSeconds }) => retryAfterSeconds !== null);
      if (refusal) throw new QuotaExhaustedError(refusal.key, refusal.retryAfterSeconds ?? 0);
      if (rows.length < groups.length) {
        // Someone has removed a row. The next call creates it.
        known.clear();
      }
      const ends = new Map(rows.map(({ key, windowEndsAt }) => [key, windowEndsAt]));
      return {
        groups: groups.flatMap((group) => {
          const windowEndsAt = ends.get(group.key);
          return windowEndsAt === undefined ? [] : [{ ...group, windowEndsAt }];
        }),
      };
    },
    async settle({ groups }, answer) {
      if (groups.length === 0) return;
      await settleQuota.run(database, {
        settled: groups.map((group) => ({
          key: group.key,
          window_ends_at: group.windowEndsAt,
          reserved: group.cost,
          ...chargeOf(group, answer),
        })),
      });
    },
  };
}

const ruleOf = ({ capacity, windowSeconds, zone }: QuotaGroup) => `${capacity}/${windowSeconds}/${zone}`;
