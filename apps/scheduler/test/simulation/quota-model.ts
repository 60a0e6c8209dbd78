import type { Charge } from '../../src/provider-api/charge-of.ts';
import type { QuotaGroup } from '../../src/provider-api/quota-groups-of.ts';

/** A row of `quota_groups`. Times in ms since 1970. */
export interface ModelGroup {
  readonly key: string;
  capacity: number | null;
  windowSeconds: number | null;
  zone: string | null;
  windowEndsMs: number;
  used: number;
  usedBefore: number;
  reserved: number;
  narrowing: number;
  narrowedMs: number | null;
  closedUntilMs: number | null;
  learnedMs: number | null;
  stretch: number;
}

export interface Wanted {
  readonly group: ModelGroup;
  readonly cost: number;
  readonly share: number;
}

/** The statements of `src/sql` about `quota_groups`, in memory; a test holds both against each other. */
export class QuotaModel {
  readonly groups = new Map<string, ModelGroup>();

  /** `ensure-quota-groups.ts`, once for each group. */
  ensure({ key, capacity, windowSeconds, zone }: QuotaGroup, nowMs: number): ModelGroup {
    let group = this.groups.get(key);
    if (group === undefined) {
      group = {
        key,
        capacity,
        windowSeconds,
        zone,
        windowEndsMs: nowMs,
        used: 0,
        usedBefore: 0,
        reserved: 0,
        narrowing: 1,
        narrowedMs: null,
        closedUntilMs: null,
        learnedMs: null,
        stretch: 1,
      };
      this.groups.set(key, group);
    }
    return group;
  }

  /**
   * `reserve-quota.ts`
   * @returns the refusal; undefined: the units are reserved
   */
  reserve(
    wanted: readonly Wanted[],
    nowMs: number,
  ): { group: ModelGroup; retryAfterSeconds: number } | undefined {
    let refusal: { group: ModelGroup; retryMs: number } | undefined;
    for (const { group, cost, share } of [...wanted].sort((a, b) => (a.group.key < b.group.key ? -1 : 1))) {
      if (group.windowEndsMs <= nowMs) {
        group.usedBefore = group.used;
        group.used = 0;
        group.reserved = 0;
        group.windowEndsMs =
          group.zone === null
            ? nowMs + (group.windowSeconds ?? 0) * 1_000
            : nextMidnightMs(nowMs, group.zone);
      }
      const retryMs = this.#refusedUntil(group, cost, share, nowMs);
      if (retryMs !== undefined) refusal ??= { group, retryMs };
    }
    if (refusal !== undefined) {
      return { group: refusal.group, retryAfterSeconds: (refusal.retryMs - nowMs) / 1_000 };
    }
    for (const { group, cost } of wanted) group.reserved += cost;
    return undefined;
  }

  #refusedUntil(group: ModelGroup, cost: number, share: number, nowMs: number): number | undefined {
    if (group.closedUntilMs !== null && group.closedUntilMs > nowMs) return group.closedUntilMs;
    if (group.capacity === null) return undefined;
    const room = Math.max(1, Math.floor(share * group.capacity * widthOf(group, nowMs)));
    const { used, reserved } = group;
    return used + reserved + cost > room || (cost === 0 && used >= room) ? group.windowEndsMs : undefined;
  }

  /** `settle-quota.ts` */
  settle(group: ModelGroup, windowEndsMs: number, reserved: number, charge: Charge, nowMs: number): void {
    const { cost, limit_told: limit, remaining_told: remaining, reset_seconds: reset } = charge;
    const isSameWindow = group.windowEndsMs === windowEndsMs;
    const before = { ...group };
    if (isSameWindow) group.reserved = Math.max(0, before.reserved - reserved);
    if (remaining !== undefined && limit !== undefined) group.used = Math.max(0, limit - remaining);
    else if (isSameWindow) group.used += cost;
    const learns = charge.refused && before.capacity === null;
    if (limit !== undefined && limit > 0) group.capacity = limit;
    else if (learns) group.capacity = Math.max(1, before.used + cost, before.usedBefore);
    else if (
      charge.refused &&
      before.learnedMs !== null &&
      before.capacity !== null &&
      (before.closedUntilMs === null || before.closedUntilMs <= nowMs)
    )
      group.capacity = Math.max(1, Math.floor(0.9 * before.capacity));
    if ((limit !== undefined && limit > 0) || learns) group.learnedMs = nowMs;
    if (
      reset !== undefined &&
      remaining !== undefined &&
      group.zone === null &&
      reset >= 0 &&
      reset <= 2 * (group.windowSeconds ?? 86_400)
    )
      group.windowEndsMs = nowMs + reset * 1_000;
    if (charge.refused) {
      group.narrowing = Math.max(0.05, 0.5 * widthOf(before, nowMs));
      group.narrowedMs = nowMs;
    }
    if (charge.closed_seconds !== undefined)
      group.closedUntilMs = Math.max(group.closedUntilMs ?? 0, nowMs + charge.closed_seconds * 1_000);
  }
}

/** The share of its capacity that a group uses now: halved by a refusal, and 5 percentage points more a minute. */
function widthOf({ narrowing, narrowedMs }: ModelGroup, nowMs: number): number {
  return Math.min(1, narrowing + (0.05 * (nowMs - (narrowedMs ?? nowMs))) / 60_000);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The end of the day in a time zone. */
export function nextMidnightMs(nowMs: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, dateStyle: 'short' });
    formats.set(zone, format);
  }
  const today = format.format(nowMs);
  // Midnights are at full quarters of an hour.
  const quarter = 900_000;
  let low = Math.floor(nowMs / quarter);
  let high = low + 26 * 4;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (format.format(middle * quarter) === today) low = middle;
    else high = middle;
  }
  return high * quarter;
}
