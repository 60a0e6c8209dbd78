import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchStack, startBenchStack, startBenchWorker } from '../bench-stack.ts';
import { ENDPOINT_COUNT, endpointToken } from '../endpoint-types.ts';
import { fillBacklog } from '../history/fill-backlog.ts';
import { machineNowMs } from '../machine-clock.ts';
import type { ProfileSummary, TimeWindow } from '../measure/summarize-profile.ts';
import type { Worker } from '../start-worker.ts';
import type { EventPublisherCommands } from '../workers/event-publisher.ts';
import type { ReceiverCommands } from '../workers/receiver.ts';
import { TENANT } from './ingest.ts';
import type { Aim, ScenarioContext, ServerDescription } from './scenario.ts';

const SMALL_ROWS = 20_000;
const AIM_RATIO = 0.8;
const RECORDED_MS = 2_000;
const POLL_MS = 50;
/** A drain that is slower than this times out. */
const MIN_PER_SECOND = 200;

export interface Drain {
  rows: number;
  seconds: number;
  perSecond: number;
}

export interface BacklogResult {
  servers: ServerDescription;
  /** The drain of a small backlog, which runs first. */
  small: Drain;
  large: Drain;
  ratio: number;
  ledger: Record<string, number>;
  aims: Aim[];
  problems: string[];
  profile: ProfileSummary | undefined;
}

/** Measures how fast due retries are sent: first few of them, then very many. */
export async function benchBacklog(context: ScenarioContext): Promise<BacklogResult> {
  const { options, resources, say } = context;
  say('starting Postgres, NATS and delivery');
  const bench = await startBenchStack({
    ...context,
    services: ['delivery'],
    sync: options.sync,
    verbose: options.verbose,
    profile: options.profile ? 'delivery' : undefined,
  });
  const receiver = await startBenchWorker<ReceiverCommands>('receiver', resources);
  const publisher = await startBenchWorker<EventPublisherCommands>('event-publisher', resources);
  const { natsVersion } = await publisher.call('connect', { natsUrl: bench.stack.natsUrl });
  const postgres = await bench.database.settings();
  const { port } = await receiver.call('listen', undefined);
  const endpointIds: string[] = [];
  for (let index = 0; index < ENDPOINT_COUNT; index++) {
    const token = endpointToken(index);
    const url = `http://127.0.0.1:${port}/${token}`;
    const body = { name: token, url, events: ['none.of.these'], userId: TENANT };
    endpointIds.push((await bench.call<{ id: string }>('delivery', 'POST', '/api/webhooks', body)).id);
  }
  // The first drain warms up.
  const parts: Parts = { context, bench, receiver, endpointIds, windows: [] };
  await drain(parts, SMALL_ROWS);
  const small = await drain(parts, SMALL_ROWS);
  const large = await drain(parts, options.rows);

  const { firstAtMs, repeats } = await receiver.call('arrivals', undefined);
  const expected = 2 * SMALL_ROWS + options.rows;
  const problems: string[] = [];
  if (firstAtMs.size !== expected) problems.push(`${firstAtMs.size} of ${expected} deliveries arrived`);
  if (repeats > 0) problems.push(`${repeats} deliveries arrived more than once`);
  // Attempts are recorded a moment after the arrival.
  await sleep(RECORDED_MS, undefined, { signal: context.signal });
  const ledger = await bench.call<Record<string, number>>('delivery', 'GET', '/api/ledger');
  for (const name of ['unaccounted', 'dead', 'open']) {
    if (ledger[name] !== 0) problems.push(`the ledger says ${name}: ${ledger[name]}`);
  }
  const ratio = large.perSecond / small.perSecond;
  return {
    servers: {
      natsVersion,
      natsSync: options.sync ? 'always' : 'default',
      postgresVersion: postgres.version,
      postgresSettings: postgres.settings,
    },
    small,
    large,
    ratio,
    ledger,
    aims: [
      {
        what: 'rate of a large backlog, as a share of that of a small one',
        aim: `≥ ${AIM_RATIO * 100} %`,
        measured: `${(ratio * 100).toFixed(1)} %`,
        met: ratio >= AIM_RATIO,
      },
    ],
    problems,
    // The large backlog alone.
    profile: await bench.readProfile(parts.windows.slice(-1)),
  };
}

interface Parts {
  context: ScenarioContext;
  bench: BenchStack;
  receiver: Worker<ReceiverCommands>;
  endpointIds: readonly string[];
  /** When the retries of each backlog were sent. */
  windows: TimeWindow[];
}

/** Pauses the queue until all retries are inserted. */
async function drain(parts: Parts, rows: number): Promise<Drain> {
  const { context, bench, receiver, endpointIds, windows } = parts;
  const { options, signal, say } = context;
  await bench.call('delivery', 'POST', '/api/webhooks/queue/pause');
  say(`${rows.toLocaleString('en')} retries become due`);
  const { databaseUrl } = bench.stack;
  await fillBacklog({ databaseUrl, endpointIds, tenant: TENANT, rows, bodyBytes: options.bodyBytes, signal });
  const before = await receiver.call('count', undefined);
  say('sending them');
  const startMs = machineNowMs();
  await bench.call('delivery', 'POST', '/api/webhooks/queue/resume');
  const untilMs = startMs + (rows / MIN_PER_SECOND) * 1_000;
  while ((await receiver.call('count', undefined)) - before < rows && machineNowMs() < untilMs) {
    await sleep(POLL_MS, undefined, { signal });
  }
  const endMs = machineNowMs();
  windows.push([startMs, endMs]);
  const seconds = (endMs - startMs) / 1_000;
  return { rows, seconds, perSecond: rows / seconds };
}
