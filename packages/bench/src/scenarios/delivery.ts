import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchStack, startBenchStack, startBenchWorker } from '../bench-stack.ts';
import { ENDPOINT_COUNT, endpointToken } from '../endpoint-types.ts';
import { machineNowMs } from '../machine-clock.ts';
import { activityBetween, type DatabaseActivity, DatabaseWatcher } from '../measure/database-activity.ts';
import { type Latency, summarizeLatency } from '../measure/latency.ts';
import { type MachineLoad, watchMachine } from '../measure/machine-load.ts';
import { meterCpu, sumSeconds } from '../measure/meter-cpu.ts';
import { cpuSecondsOf, cpuSecondsOfFamily, peakMemoryBytesOf } from '../measure/process-usage.ts';
import { type Spread, spreadOf } from '../measure/spread.ts';
import type { ProfileSummary, TimeWindow } from '../measure/summarize-profile.ts';
import type { Worker } from '../start-worker.ts';
import type { BareSenderCommands } from '../workers/bare-sender.ts';
import type { EventPublisherCommands } from '../workers/event-publisher.ts';
import type { HttpLoadCommands } from '../workers/http-load.ts';
import type { PauserCommands } from '../workers/pauser.ts';
import type { Arrivals, ReceiverCommands } from '../workers/receiver.ts';
import { CONNECTIONS, createGitHubTarget, TENANT } from './ingest.ts';
import { type Pair, runPairs } from './run-pairs.ts';
import type { Aim, ScenarioContext, ServerDescription } from './scenario.ts';

export const BARE_CONCURRENCY = 64;
const AIM_RATIO = 0.5;
const AIM_STATEMENTS = 0.1;
const LATENCY_AIMS = [
  { ratePerSecond: 200, p95Ms: 50 },
  { ratePerSecond: 1_000, p95Ms: 150 },
] as const;
const LATENCY_WARM_UP_SECONDS = 2;
/** With fewer warm-up events, Hookline's side still gets faster from pair to pair. */
const MIN_WARM_UP_EVENTS = 20_000;
/** An event that has not arrived after this time is lost. */
const ARRIVAL_TIMEOUT_MS = 120_000;
const RECORDED_TIMEOUT_MS = 30_000;
const POLL_MS = 20;

export interface BareDeliverySide {
  perSecond: number;
  cpuSeconds: Record<'sender' | 'receiver', number>;
  peakMemoryBytes: number;
  machine: MachineLoad;
}

export interface DeliverySide {
  perSecond: number;
  cpuSeconds: Record<'delivery' | 'receiver' | 'nats' | 'postgres', number>;
  peakMemoryBytes: number;
  /** From the start until every attempt was recorded. */
  database: DatabaseActivity;
  /** Transactions of the database, including read-only ones and those of Postgres itself. */
  transactions: number;
  attempts: number;
  repeats: number;
  machine: MachineLoad;
}

export interface LatencyRun {
  ratePerSecond: number;
  /** From the 2xx of ingest to the arrival at the receiver; 0 if the event arrived before the 2xx. */
  latency: Latency;
  ingestLatency: Latency;
  accepted: number;
  lost: number;
  /** From the first request to the last answer. */
  elapsedMs: number;
  cpuSeconds: Record<'ingest' | 'delivery' | 'load' | 'receiver' | 'nats' | 'postgres', number>;
  database: DatabaseActivity;
  machine: MachineLoad;
}

export interface DeliveryResult {
  servers: ServerDescription;
  events: number;
  pairs: Pair<BareDeliverySide, DeliverySide>[];
  /** Deliveries per second, Hookline's divided by bare's. */
  ratio: Spread;
  /** Deliveries per CPU second of the sending process, Hookline's divided by bare's. */
  ratioPerCpuSecond: Spread;
  statementsPerEvent: Spread;
  latency: LatencyRun[];
  ledger: Record<string, number>;
  aims: Aim[];
  /** Problems that make the numbers void: lost, repeated or unrecorded events. */
  problems: string[];
  profile: ProfileSummary | undefined;
}

interface Parts {
  bench: BenchStack;
  receiver: Worker<ReceiverCommands>;
  receiverPort: number;
  publisher: Worker<EventPublisherCommands>;
  pauser: Worker<PauserCommands>;
  context: ScenarioContext;
  problems: string[];
}

/** Compares delivery with a loop that only signs and posts, then measures the time from ingest to the receiver. */
export async function benchDelivery(context: ScenarioContext): Promise<DeliveryResult> {
  const { options, resources, say } = context;
  say('starting Postgres, NATS, ingest and delivery');
  const bench = await startBenchStack({
    ...context,
    services: ['ingest', 'delivery'],
    sync: options.sync,
    verbose: options.verbose,
    profile: options.profile ? 'delivery' : undefined,
  });
  const receiver = await startBenchWorker<ReceiverCommands>('receiver', resources);
  const publisher = await startBenchWorker<EventPublisherCommands>('event-publisher', resources);
  const pauser = await startBenchWorker<PauserCommands>('pauser', resources);
  const sender = await startBenchWorker<BareSenderCommands>('bare-sender', resources);
  const { port: receiverPort } = await receiver.call('listen', undefined);
  const { natsVersion } = await publisher.call('connect', { natsUrl: bench.stack.natsUrl });
  const postgres = await bench.database.settings();
  await createEndpoints(bench, receiverPort);

  const problems: string[] = [];
  const parts: Parts = { bench, receiver, receiverPort, publisher, pauser, context, problems };
  const windows: TimeWindow[] = [];
  // Delivery is paused between its turns, so that it does not poll while the other side is measured.
  await pauser.call('pause', { pid: bench.pidOf('delivery') });
  await letTransactionsSettle(context);
  const eventsOf = (warmUp: boolean) =>
    warmUp ? Math.max(options.events, MIN_WARM_UP_EVENTS) : options.events;
  const pairs = await runPairs(
    options.pairs,
    {
      bare: (warmUp) => runBare(parts, sender, eventsOf(warmUp)),
      ours: (warmUp) => runOurs(parts, windows, eventsOf(warmUp)),
    },
    say,
  );
  windows.shift();
  await pauser.call('resume', { pid: bench.pidOf('delivery') });
  const latency = options.latencySeconds > 0 ? await runLatency(parts) : [];

  say('checking the ledger');
  const ledger = await bench.call<Record<string, number>>('delivery', 'GET', '/api/ledger');
  problems.push(...findLedgerProblems(ledger));

  const ratio = spreadOf(pairs.map(({ bare, ours }) => ours.perSecond / bare.perSecond));
  const statementsPerEvent = spreadOf(pairs.map(({ ours }) => ours.database.statements / options.events));
  return {
    servers: {
      natsVersion,
      natsSync: options.sync ? 'always' : 'default',
      postgresVersion: postgres.version,
      postgresSettings: postgres.settings,
    },
    events: options.events,
    pairs,
    ratio,
    ratioPerCpuSecond: spreadOf(
      pairs.map(({ bare, ours }) => bare.cpuSeconds.sender / ours.cpuSeconds.delivery),
    ),
    statementsPerEvent,
    latency,
    ledger,
    aims: judge(ratio, statementsPerEvent, latency),
    problems,
    profile: await bench.readProfile(windows),
  };
}

async function createEndpoints(bench: BenchStack, receiverPort: number): Promise<void> {
  for (let index = 0; index < ENDPOINT_COUNT; index++) {
    const token = endpointToken(index);
    await bench.call('delivery', 'POST', '/api/webhooks', {
      name: token,
      url: `http://127.0.0.1:${receiverPort}/${token}`,
      events: [`bench.${token}`, `github.bench.${token}`],
      userId: TENANT,
    });
  }
}

async function runBare(
  parts: Parts,
  sender: Worker<BareSenderCommands>,
  events: number,
): Promise<BareDeliverySide> {
  const { receiver, receiverPort, context, problems } = parts;
  const { bodyBytes } = context.options;
  await receiver.call('reset', undefined);
  const stopWatching = watchMachine(cpus().length);
  const readCpu = meterCpu({
    sender: () => cpuSecondsOf(sender.pid),
    receiver: () => cpuSecondsOf(receiver.pid),
  });
  const { elapsedMs, refused } = await sender.call('run', {
    origin: `http://127.0.0.1:${receiverPort}`,
    events,
    concurrency: BARE_CONCURRENCY,
    bodyBytes,
  });
  const cpuSeconds = readCpu();
  const machine = stopWatching(sumSeconds(cpuSeconds));
  if (refused > 0) problems.push(`bare: ${refused} requests failed`);
  const { firstAtMs } = await receiver.call('arrivals', undefined);
  if (firstAtMs.size !== events) problems.push(`bare: ${firstAtMs.size} of ${events} requests arrived`);
  return {
    perSecond: events / (elapsedMs / 1_000),
    cpuSeconds,
    peakMemoryBytes: peakMemoryBytesOf(sender.pid),
    machine,
  };
}

async function runOurs(parts: Parts, windows: TimeWindow[], events: number): Promise<DeliverySide> {
  const { bench, receiver, publisher, pauser, context, problems } = parts;
  const { bodyBytes } = context.options;
  const { database } = bench;
  const pid = bench.pidOf('delivery');
  await receiver.call('reset', undefined);
  const ids = await publisher.call('publish', { tenant: TENANT, events, bodyBytes });
  const attemptsBefore = await database.countAttempts();
  const transactionsBefore = await database.countTransactions();
  const databaseBefore = await database.snapshot();

  const stopWatching = watchMachine(cpus().length);
  const readCpu = meterCpu({
    delivery: () => cpuSecondsOf(pid),
    receiver: () => cpuSecondsOf(receiver.pid),
    nats: () => cpuSecondsOf(bench.pidOf('nats')),
    postgres: () => cpuSecondsOfFamily(bench.pidOf('postgres')),
  });
  const startMs = machineNowMs();
  await pauser.call('resume', { pid });
  await receiver.call('waitFor', { ids, timeoutMs: ARRIVAL_TIMEOUT_MS });
  const { attempts, ownQueries } = await waitForAttempts(parts, attemptsBefore, events);
  windows.push([startMs, machineNowMs()]);
  const cpuSeconds = readCpu();
  const machine = stopWatching(sumSeconds(cpuSeconds));
  const activity = activityBetween(databaseBefore, await database.snapshot());
  await pauser.call('pause', { pid });

  const arrivals = await receiver.call('arrivals', undefined);
  problems.push(...findDeliveryProblems(ids, arrivals, attempts));
  const lastMs = [...arrivals.firstAtMs.values()].at(-1) ?? startMs;
  await letTransactionsSettle(context);
  return {
    perSecond: arrivals.firstAtMs.size / ((lastMs - startMs) / 1_000),
    cpuSeconds,
    peakMemoryBytes: peakMemoryBytesOf(pid),
    database: activity,
    transactions: (await database.countTransactions()) - transactionsBefore - ownQueries,
    attempts,
    repeats: arrivals.repeats,
    machine,
  };
}

/** Call it while delivery is paused. The statistics that Postgres reports then belong to the previous run. */
async function letTransactionsSettle({ signal }: ScenarioContext): Promise<void> {
  await sleep(DatabaseWatcher.settleMs, undefined, { signal });
}

/** Outcomes are recorded after the receiver has answered. The cost of the last outcomes is part of the run. */
async function waitForAttempts(
  { bench, context }: Parts,
  before: number,
  events: number,
): Promise<{ attempts: number; ownQueries: number }> {
  const deadline = performance.now() + RECORDED_TIMEOUT_MS;
  for (let ownQueries = 1; ; ownQueries++) {
    const attempts = (await bench.database.countAttempts()) - before;
    if (attempts >= events || performance.now() > deadline) return { attempts, ownQueries };
    await sleep(POLL_MS, undefined, { signal: context.signal });
  }
}

async function runLatency(parts: Parts): Promise<LatencyRun[]> {
  const { bench, context } = parts;
  const { options, resources, say } = context;
  const load = await startBenchWorker<HttpLoadCommands>('http-load', resources);
  const target = await createGitHubTarget(bench, randomBytes(20).toString('hex'));
  const loadOptions = { target, connections: CONNECTIONS, bodyBytes: options.bodyBytes, keepAnswers: true };
  say('from ingest to the receiver: warm-up');
  const warmUp = await load.call('run', {
    ...loadOptions,
    seconds: LATENCY_WARM_UP_SECONDS,
    ratePerSecond: 200,
  });
  await parts.receiver.call('waitFor', {
    ids: [...warmUp.answeredAtMs.keys()],
    timeoutMs: ARRIVAL_TIMEOUT_MS,
  });
  const runs: LatencyRun[] = [];
  for (const { ratePerSecond } of LATENCY_AIMS) {
    say(`from ingest to the receiver: ${ratePerSecond} requests/s for ${options.latencySeconds} s`);
    runs.push(
      await runAtRate(parts, load, {
        ...loadOptions,
        seconds: options.latencySeconds,
        ratePerSecond,
      }),
    );
  }
  return runs;
}

async function runAtRate(
  { bench, receiver, problems }: Parts,
  load: Worker<HttpLoadCommands>,
  options: Parameters<HttpLoadCommands['run']>[0] & { ratePerSecond: number },
): Promise<LatencyRun> {
  await receiver.call('reset', undefined);
  const databaseBefore = await bench.database.snapshot();
  const stopWatching = watchMachine(cpus().length);
  const readCpu = meterCpu({
    ingest: () => cpuSecondsOf(bench.pidOf('ingest')),
    delivery: () => cpuSecondsOf(bench.pidOf('delivery')),
    load: () => cpuSecondsOf(load.pid),
    receiver: () => cpuSecondsOf(receiver.pid),
    nats: () => cpuSecondsOf(bench.pidOf('nats')),
    postgres: () => cpuSecondsOfFamily(bench.pidOf('postgres')),
  });
  const sent = await load.call('run', options);
  await receiver.call('waitFor', { ids: [...sent.answeredAtMs.keys()], timeoutMs: ARRIVAL_TIMEOUT_MS });
  const cpuSeconds = readCpu();
  const machine = stopWatching(sumSeconds(cpuSeconds));
  const { firstAtMs } = await receiver.call('arrivals', undefined);

  const latencies: number[] = [];
  let lost = sent.accepted - sent.answeredAtMs.size;
  for (const [id, answeredAtMs] of sent.answeredAtMs) {
    const arrivedAtMs = firstAtMs.get(id);
    if (arrivedAtMs === undefined) lost++;
    else latencies.push(Math.max(0, arrivedAtMs - answeredAtMs));
  }
  for (const [status, count] of Object.entries(sent.refused)) {
    problems.push(`${options.ratePerSecond}/s: ${count} requests were answered ${status}`);
  }
  if (lost > 0) problems.push(`${options.ratePerSecond}/s: ${lost} accepted events did not arrive`);
  return {
    ratePerSecond: options.ratePerSecond,
    latency: summarizeLatency(Float64Array.from(latencies).sort()),
    ingestLatency: summarizeLatency(sent.latenciesMs),
    accepted: sent.accepted,
    lost,
    elapsedMs: sent.elapsedMs,
    cpuSeconds,
    database: activityBetween(databaseBefore, await bench.database.snapshot()),
    machine,
  };
}

function findDeliveryProblems(ids: readonly string[], arrivals: Arrivals, attempts: number): string[] {
  const problems: string[] = [];
  const missing = ids.filter((id) => !arrivals.firstAtMs.has(id)).length;
  if (missing > 0) problems.push(`ours: ${missing} of ${ids.length} events did not arrive`);
  const strangers = arrivals.firstAtMs.size - (ids.length - missing);
  if (strangers > 0) problems.push(`ours: ${strangers} events of other runs arrived`);
  if (arrivals.repeats > 0) problems.push(`ours: ${arrivals.repeats} events arrived more than once`);
  if (attempts !== ids.length) problems.push(`ours: ${attempts} attempts are recorded, not ${ids.length}`);
  return problems;
}

function findLedgerProblems(ledger: Record<string, number>): string[] {
  const { unaccounted, dead, open } = ledger;
  return Object.entries({ unaccounted, dead, open })
    .filter(([, count]) => count !== 0)
    .map(([name, count]) => `the ledger says ${name}: ${count}`);
}

function judge(ratio: Spread, statementsPerEvent: Spread, latency: readonly LatencyRun[]): Aim[] {
  return [
    {
      what: 'delivery, deliveries/s of bare',
      aim: `≥ ${AIM_RATIO * 100} %`,
      measured: `${(ratio.median * 100).toFixed(1)} %`,
      met: ratio.median >= AIM_RATIO,
    },
    {
      what: 'SQL statements per event at load',
      aim: `< ${AIM_STATEMENTS}`,
      measured: statementsPerEvent.median.toFixed(3),
      met: statementsPerEvent.median < AIM_STATEMENTS,
    },
    ...latency.map((run) => {
      const aim = LATENCY_AIMS.find(({ ratePerSecond }) => ratePerSecond === run.ratePerSecond)?.p95Ms ?? 0;
      return {
        what: `p95 from 2xx to arrival at ${run.ratePerSecond}/s`,
        aim: `< ${aim} ms`,
        measured: `${run.latency.p95Ms.toFixed(1)} ms`,
        met: run.latency.p95Ms < aim,
      };
    }),
  ];
}
