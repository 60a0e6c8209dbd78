import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchStack, startBenchStack, startBenchWorker } from '../bench-stack.ts';
import { endpointId, fillHistory, tenantName } from '../history/fill-history.ts';
import { activityBetween } from '../measure/database-activity.ts';
import { spreadOf } from '../measure/spread.ts';
import type { ProfileSummary } from '../measure/summarize-profile.ts';
import type { EventPublisherCommands } from '../workers/event-publisher.ts';
import type { Aim, ScenarioContext, ServerDescription } from './scenario.ts';

const AIM_RATIO = 1.5;
const SMALL_ROWS = 10_000;
const WARM_UP_ROUNDS = 3;
const ROUNDS = 15;
/** Long enough for several dozen claims. */
const CLAIMS_MS = 10_000;
/** The first words of the claim statement, by which its time is found in the statistics of Postgres. */
const CLAIM = 'with recursive given as materialized';

/** A day in the middle of the history. */
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const user = `userId=${encodeURIComponent(tenantName(3))}`;

export const QUERIES: Record<string, string> = {
  'deliveries, all tenants': '/api/deliveries?limit=100',
  'deliveries of a tenant': `/api/deliveries?limit=100&${user}`,
  'deliveries of an endpoint': `/api/webhooks/${endpointId(3)}/deliveries?limit=100`,
  'retries of a tenant': `/api/deliveries?limit=20&status=retrying&userId=${encodeURIComponent(tenantName(1))}`,
  'deliveries by time': `/api/deliveries?limit=100&${user}&startDate=${daysAgo(4)}&endDate=${daysAgo(3)}`,
  'events of a tenant': `/api/webhook-events?limit=100&${user}`,
  'events by type': `/api/webhook-events?limit=20&eventType=app.type_3.*&${user}`,
  'events, dead letters': `/api/webhook-events?limit=5&status=dead_letter&userId=${encodeURIComponent(tenantName(7))}`,
  'event by delivery id': `/api/webhook-events?providerDeliveryId=d9903&${user}`,
  'dead letters': `/api/dead-letters?limit=10&userId=${encodeURIComponent(tenantName(7))}`,
  'dead letters by error': `/api/dead-letters?limit=3&errorCode=timeout&userId=${encodeURIComponent(tenantName(7))}`,
  'dead letters of all': '/api/dead-letters?limit=20',
  'statistics of a day': `/api/webhooks/statistics?hours=24&${user}`,
  'statistics of a week': `/api/webhooks/statistics?hours=168&${user}`,
  'stats of an endpoint': `/api/webhooks/${endpointId(3)}/stats?hours=24`,
  'queue stats': `/api/webhooks/queue/stats?${user}`,
};

export interface HistoryRow {
  what: string;
  smallMs: number;
  largeMs: number;
  ratio: number;
}

export interface HistoryResult {
  servers: ServerDescription;
  smallRows: number;
  largeRows: number;
  fillSeconds: number;
  rows: HistoryRow[];
  aims: Aim[];
  problems: string[];
  profile: ProfileSummary | undefined;
}

/** Sends the same API calls alternately to a delivery with little history and to a delivery with much history. */
export async function benchHistory(context: ScenarioContext): Promise<HistoryResult> {
  const { options, say, signal } = context;
  say('starting Postgres, NATS and delivery twice');
  const start = (): Promise<BenchStack> =>
    startBenchStack({
      ...context,
      services: ['delivery'],
      sync: false,
      verbose: options.verbose,
      profile: undefined,
    });
  const small = await start();
  const large = await start();
  await fillHistory(small.stack.databaseUrl, SMALL_ROWS, () => {}, signal);
  const startedAt = performance.now();
  await fillHistory(
    large.stack.databaseUrl,
    options.rows,
    (done) => {
      if (done % 1_000_000 < 250_000) say(`${done.toLocaleString('en')} deliveries are inserted`);
    },
    signal,
  );
  const fillSeconds = (performance.now() - startedAt) / 1_000;

  say('asking');
  const times = new Map(
    Object.keys(QUERIES).map((what) => [what, { small: [] as number[], large: [] as number[] }]),
  );
  const problems: string[] = [];
  const before = await Promise.all([small.database.snapshot(), large.database.snapshot()]);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [what, path] of Object.entries(QUERIES)) {
      // The sides take turns at going first, because the first call has an advantage in the processor's caches.
      const sides = round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const);
      for (const side of sides) {
        const at = performance.now();
        const data = await (side === 'small' ? small : large).call<unknown>('delivery', 'GET', path);
        const tookMs = performance.now() - at;
        if (round >= 0) times.get(what)?.[side].push(tookMs);
        else if (round === -1 && Array.isArray(data) && data.length === 0)
          problems.push(`${what}: the ${side} side has no row to show`);
      }
    }
  }
  // Delivery claims continuously, without any API call.
  await sleep(CLAIMS_MS, undefined, { signal });
  const after = await Promise.all([small.database.snapshot(), large.database.snapshot()]);
  const claimMs = before.map((snapshot, index) => {
    const { byTime } = activityBetween(snapshot, after[index] as (typeof after)[number]);
    const claims = byTime.filter(({ text }) => text.trimStart().startsWith(CLAIM));
    const calls = claims.reduce((sum, each) => sum + each.calls, 0);
    return calls === 0 ? Number.NaN : claims.reduce((sum, each) => sum + each.totalMs, 0) / calls;
  });

  const rows = [...times].map(([what, { small: few, large: many }]) => {
    const smallMs = spreadOf(few).median;
    const largeMs = spreadOf(many).median;
    return { what, smallMs, largeMs, ratio: largeMs / smallMs };
  });
  const [claimSmall = Number.NaN, claimLarge = Number.NaN] = claimMs;
  if (Number.isNaN(claimSmall + claimLarge)) problems.push('the time of the claims could not be read');
  rows.push({ what: 'a claim', smallMs: claimSmall, largeMs: claimLarge, ratio: claimLarge / claimSmall });

  const publisher = await startBenchWorker<EventPublisherCommands>('event-publisher', context.resources);
  const { natsVersion } = await publisher.call('connect', { natsUrl: large.stack.natsUrl });
  const { version, settings } = await large.database.settings();
  return {
    servers: {
      natsVersion,
      natsSync: 'default',
      postgresVersion: version,
      postgresSettings: settings,
    },
    smallRows: SMALL_ROWS,
    largeRows: options.rows,
    fillSeconds,
    rows,
    aims: rows.map(({ what, ratio }) => ({
      what,
      aim: `at most ${AIM_RATIO} times`,
      measured: `${ratio.toFixed(2)} times`,
      met: ratio <= AIM_RATIO,
    })),
    problems,
    profile: undefined,
  };
}
