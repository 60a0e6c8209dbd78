import { DAY_MS, type Fault, RECOVERY_MS } from './faults.ts';
import type { Platform } from './population.ts';
import type { LateGap, Week } from './simulate.ts';

/** A property of a simulated week. */
export interface Judged {
  readonly property: string;
  readonly bar: string;
  readonly found: string;
  readonly holds: boolean;
}

export interface MinuteFacts {
  readonly mean: number;
  readonly max: number;
  /** The minute of the maximum since the start. */
  readonly maxAt: number;
}

/** The day on which all accounts are connected. */
const WARM_UP_MINUTES = 1_440;
const MINUTE_MS = 60_000;

const isOurs = ({ how }: Fault) => how === 'replicas-down';

/** The calls of a minute, except those of the first day, and those during faults and the time after them. */
export function minutesOf(minutes: Uint32Array, faults: readonly Fault[]): MinuteFacts {
  const excluded = faults.map(({ fromMs, toMs }) => [
    Math.floor(fromMs / MINUTE_MS),
    Math.ceil((toMs + RECOVERY_MS) / MINUTE_MS),
  ]);
  let [sum, count, max, maxAt] = [0, 0, 0, 0];
  for (let minute = WARM_UP_MINUTES; minute < minutes.length; minute++) {
    if (excluded.some(([from = 0, to = 0]) => minute >= from && minute < to)) continue;
    const calls = minutes[minute] ?? 0;
    sum += calls;
    count++;
    if (calls > max) [max, maxAt] = [calls, minute];
  }
  return { mean: count === 0 ? 0 : sum / count, max, maxAt };
}

/** Calls of all providers. */
export function sumOf(week: Week): Uint32Array {
  const sum = new Uint32Array(week.scenario.days * 1_440);
  for (const minutes of week.calls.values()) {
    for (const [index, calls] of minutes.entries()) sum[index] = (sum[index] ?? 0) + calls;
  }
  return sum;
}

/** The faults that move calls of a provider; undefined: of any. Those of the hub alone stop nothing else. */
export function faultsFor(week: Week, provider?: Platform): Fault[] {
  return week.scenario.faults.filter((fault) => {
    if (fault.servers.length === 1 && fault.servers[0] === 'hub') return provider === 'youtube';
    return provider === undefined || isOurs(fault) || fault.providers.includes(provider);
  });
}

/** The most calls in a minute of the time after a fault, as a multiple of the usual mean. */
export function recoveryOf(week: Week): { ratio: number; after: string } {
  const sum = sumOf(week);
  const { mean } = minutesOf(sum, faultsFor(week));
  let found = { ratio: 0, after: '' };
  for (const { name, toMs, how } of week.scenario.faults) {
    if (how === 'burst-of-a-tenant') continue;
    const from = Math.ceil(toMs / MINUTE_MS);
    const max = Math.max(0, ...sum.subarray(from, from + RECOVERY_MS / MINUTE_MS));
    if (max / mean > found.ratio) found = { ratio: max / mean, after: name };
  }
  return found;
}

const two = (value: number) => value.toFixed(2);
const whole = (value: number) => Math.round(value).toLocaleString('en');

export function judgeWeek(week: Week): Judged[] {
  return [
    judgeIntervals(week),
    judgeWatches(week),
    judgeSum(week),
    ...[...week.calls].map(([provider, minutes]) => judgeProvider(week, provider, minutes)),
    judgeRecovery(week),
    judgeWaits(week),
    judgeQuotas(week),
  ];
}

function judgeIntervals(week: Week): Judged {
  const { kept, stretched, late } = week.polls;
  const unnamed = late.filter((gap) => !isNamed(gap, week.scenario.faults));
  const named = late.length - unnamed.length;
  return {
    property: 'Every interval is kept, or stretched by a named quota or outage',
    bar: '0 others',
    found: `${whole(kept)} kept, ${whole(stretched)} stretched by a quota, ${whole(named)} by an outage or a refusal, ${whole(unnamed.length)} others`,
    holds: kept > 0 && unnamed.length === 0,
  };
}

/** After a fault a poll is made up for at its next due time at the latest, so that its gap is one interval longer. */
export function isNamed(gap: LateGap, faults: readonly Fault[]): boolean {
  const { provider, fromMs, toMs, allowedMs, postponedBy, isFirst } = gap;
  const overlapMs = faults
    .filter((fault) => isOurs(fault) || fault.providers.includes(provider))
    .filter(({ servers }) => !(servers.length === 1 && servers[0] === 'hub'))
    .map((fault) => Math.min(toMs, fault.toMs + RECOVERY_MS) - Math.max(fromMs, fault.fromMs))
    .filter((ms) => ms > 0)
    .reduce((sum, ms) => sum + ms, 0);
  if (overlapMs > 0) return toMs - fromMs <= overlapMs + 2 * allowedMs;
  if (postponedBy === undefined) return false;
  // While 10,000 accounts are connected at once, their first polls use up some quotas.
  if (isFirst || fromMs < DAY_MS) return true;
  // A quota without room may take away a run, and one that the provider has narrowed two.
  return toMs - fromMs <= (postponedBy.isRefused ? 3 : 2) * allowedMs;
}

function judgeWatches(week: Week): Judged {
  const { renewed, lapses } = week.watches;
  const faults = week.scenario.faults;
  const avoidable = lapses.filter(({ provider, lapsedMs, lifeMs }) => {
    const to = lapsedMs - week.scenario.startMs;
    return healthyMs(faults, provider, to - lifeMs, to) >= DAY_MS;
  });
  return {
    property: 'No watch lapsed that a healthy day could have renewed',
    bar: '0',
    found: `${whole(renewed)} renewals, ${whole(lapses.length)} lapses, ${whole(avoidable.length)} avoidable`,
    holds: avoidable.length === 0,
  };
}

/** The longest time without a fault. */
function healthyMs(faults: readonly Fault[], provider: string, fromMs: number, toMs: number): number {
  let [longest, since] = [0, fromMs];
  const relevant = faults.filter((fault) => isOurs(fault) || fault.providers.includes(provider));
  for (const fault of [...relevant].sort((a, b) => a.fromMs - b.fromMs)) {
    if (fault.toMs <= fromMs || fault.fromMs >= toMs) continue;
    longest = Math.max(longest, fault.fromMs - since);
    since = Math.max(since, fault.toMs);
  }
  return Math.max(longest, toMs - since);
}

function judgeSum(week: Week): Judged {
  const { mean, max } = minutesOf(sumOf(week), faultsFor(week));
  return {
    property: 'Calls a minute, of all providers',
    bar: 'max/mean ≤ 1.5',
    found: `mean ${whole(mean)}, max ${whole(max)}, ratio ${two(max / mean)}`,
    holds: max / mean <= 1.5,
  };
}

function judgeProvider(week: Week, provider: Platform, minutes: Uint32Array): Judged {
  const { mean, max, maxAt } = minutesOf(minutes, faultsFor(week, provider));
  const limit = mean + 4 * Math.sqrt(mean);
  return {
    property: `Calls a minute, ${provider}`,
    bar: `max ≤ mean + 4·√mean = ${limit.toFixed(1)}`,
    found: `mean ${mean.toFixed(1)}, max ${whole(max)} (${momentOf(maxAt)})`,
    holds: mean > 0 && max <= limit,
  };
}

/** What was due in the five minutes before replicas return runs at once, with what is due in that minute. */
const MAX_RECOVERY = 6;

function judgeRecovery(week: Week): Judged {
  const { ratio, after } = recoveryOf(week);
  return {
    property: `Calls a minute in the ${RECOVERY_MS / MINUTE_MS} minutes after a fault`,
    bar: `max/mean ≤ ${MAX_RECOVERY}`,
    found: after === '' ? 'no fault' : `${two(ratio)}, after: ${after}`,
    holds: ratio <= MAX_RECOVERY,
  };
}

/** A worker looks for due tasks every second, so that shorter waits cannot be told apart. */
const LEAST_WAIT_MS = 250;

function judgeWaits(week: Week): Judged {
  let worst = { ratio: 0, text: '' };
  for (const [app, tenants] of week.waits) {
    const sorted = [...tenants.values()].sort((a, b) => a - b);
    const median = Math.max(LEAST_WAIT_MS, sorted[Math.floor(sorted.length / 2)] ?? 0);
    for (const [tenant, wait] of tenants) {
      const ratio = wait / median;
      if (ratio > worst.ratio)
        worst = { ratio, text: `${two(ratio)} (${tenant} of ${app}: ${whole(wait)} ms)` };
    }
  }
  return {
    property: 'No tenant waits much longer than the others of its application',
    bar: 'mean wait ≤ 2 × median',
    found: worst.text,
    holds: worst.ratio > 0 && worst.ratio <= 2,
  };
}

function judgeQuotas(week: Week): Judged {
  const { overdrawn, mostYouTubeUnits, stretches } = week;
  const youtube = week.calls.has('youtube')
    ? `, at most ${whole(mostYouTubeUnits)} units a day at YouTube`
    : '';
  const short = [...stretches]
    .filter(([key]) => !key.startsWith('slack/history'))
    .map(([key, stretch]) => `${key} × ${two(stretch)}`);
  return {
    property: 'No window has more units reserved and used than the quota',
    bar: '0 windows; YouTube ≤ 10,000',
    found: `${overdrawn.length} windows${youtube}; stretched: ${short.join(', ') || 'none'}`,
    holds: overdrawn.length === 0 && mostYouTubeUnits <= 10_000,
  };
}

const momentOf = (minute: number) =>
  `day ${Math.floor(minute / 1_440)}, ${new Date(minute * MINUTE_MS).toISOString().slice(11, 16)}`;
