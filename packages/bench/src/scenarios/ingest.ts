import { randomBytes } from 'node:crypto';
import { cpus } from 'node:os';
import { type BenchStack, startBenchStack, startBenchWorker } from '../bench-stack.ts';
import { machineNowMs } from '../machine-clock.ts';
import { type Latency, summarizeLatency } from '../measure/latency.ts';
import { type MachineLoad, watchMachine } from '../measure/machine-load.ts';
import { meterCpu, sumSeconds } from '../measure/meter-cpu.ts';
import { cpuSecondsOf, cpuSecondsOfFamily, peakMemoryBytesOf } from '../measure/process-usage.ts';
import { type Spread, spreadOf } from '../measure/spread.ts';
import type { ProfileSummary, TimeWindow } from '../measure/summarize-profile.ts';
import type { BareIngestCommands } from '../workers/bare-ingest.ts';
import type { EventPublisherCommands } from '../workers/event-publisher.ts';
import type { GitHubTarget } from '../workers/github-request.ts';
import type { HttpLoadCommands, LoadResult } from '../workers/http-load.ts';
import { type Pair, runPairs } from './run-pairs.ts';
import type { Aim, ScenarioContext, ServerDescription } from './scenario.ts';

export const CONNECTIONS = 64;
export const INGEST_RATES = [200, 1_000] as const;
/** The aims with NATS's default sync interval, and with `sync_interval: always`. */
const AIM_RATIO = { fast: 0.6, synced: 0.5 } as const;
/** With a shorter warm-up, Hookline's side still gets faster from pair to pair. */
const MIN_WARM_UP_SECONDS = 5;

/** The result of one run on one side. */
export interface IngestSide {
  requests: number;
  requestsPerSecond: number;
  latency: Latency;
  refused: Record<string, number>;
  /** CPU seconds by process; `server` is the process under test. */
  cpuSeconds: Record<'server' | 'load' | 'nats' | 'postgres', number>;
  /** The peak memory of the server since its start. */
  peakMemoryBytes: number;
  machine: MachineLoad;
}

export interface IngestResult {
  servers: ServerDescription;
  closedLoop: Pair<IngestSide, IngestSide>[];
  /** Requests per second, Hookline's divided by bare's. */
  ratio: Spread;
  /** Requests per CPU second of the server, Hookline's divided by bare's. Other load affects it less. */
  ratioPerCpuSecond: Spread;
  fixedRate: { ratePerSecond: number; bare: IngestSide; ours: IngestSide }[];
  aims: Aim[];
  /** Problems that make the numbers void: lost, refused or miscounted requests. */
  problems: string[];
  profile: ProfileSummary | undefined;
}

/** Compares ingest with a route that only verifies. The other services are not started: they would use its cores. */
export async function benchIngest(context: ScenarioContext): Promise<IngestResult> {
  const { options, resources, say } = context;
  say('starting Postgres, NATS and ingest');
  const bench = await startBenchStack({
    ...context,
    services: ['ingest'],
    sync: options.sync,
    verbose: options.verbose,
    profile: options.profile ? 'ingest' : undefined,
  });
  const bareWorker = await startBenchWorker<BareIngestCommands>('bare-ingest', resources);
  const load = await startBenchWorker<HttpLoadCommands>('http-load', resources);
  const streamReader = await startBenchWorker<EventPublisherCommands>('event-publisher', resources);
  const { natsVersion } = await streamReader.call('connect', { natsUrl: bench.stack.natsUrl });
  const postgres = await bench.database.settings();

  const secret = randomBytes(20).toString('hex');
  const bare = await bareWorker.call('listen', { secret });
  const ours = await createGitHubTarget(bench, secret);
  const windows: TimeWindow[] = [];
  const problems: string[] = [];

  const run = async (
    side: 'bare' | 'ours',
    target: GitHubTarget,
    pid: number,
    seconds: number,
    ratePerSecond?: number,
  ): Promise<IngestSide> => {
    const storedBefore = await streamReader.call('countStored', undefined);
    const stopWatching = watchMachine(cpus().length);
    const readCpu = meterCpu({
      server: () => cpuSecondsOf(pid),
      load: () => cpuSecondsOf(load.pid),
      nats: () => cpuSecondsOf(bench.pidOf('nats')),
      postgres: () => cpuSecondsOfFamily(bench.pidOf('postgres')),
    });
    const startMs = machineNowMs();
    const result = await load.call('run', {
      target,
      connections: CONNECTIONS,
      bodyBytes: options.bodyBytes,
      seconds,
      ratePerSecond,
    });
    if (side === 'ours' && ratePerSecond === undefined) windows.push([startMs, machineNowMs()]);
    const cpuSeconds = readCpu();
    const machine = stopWatching(sumSeconds(cpuSeconds));
    const stored = (await streamReader.call('countStored', undefined)) - storedBefore;
    problems.push(...findProblems(side, result, stored));
    return {
      requests: result.sent,
      requestsPerSecond: result.accepted / (result.elapsedMs / 1_000),
      latency: summarizeLatency(result.latenciesMs),
      refused: result.refused,
      cpuSeconds,
      peakMemoryBytes: peakMemoryBytesOf(pid),
      machine,
    };
  };
  const runBare = (seconds: number, rate?: number) =>
    run('bare', { port: bare.port, path: '/in', secret }, bareWorker.pid, seconds, rate);
  const runOurs = (seconds: number, rate?: number) => run('ours', ours, bench.pidOf('ingest'), seconds, rate);

  const { seconds } = options;
  const secondsOf = (warmUp: boolean) => (warmUp ? Math.max(seconds, MIN_WARM_UP_SECONDS) : seconds);
  const closedLoop = await runPairs(
    options.pairs,
    { bare: (warmUp) => runBare(secondsOf(warmUp)), ours: (warmUp) => runOurs(secondsOf(warmUp)) },
    (line) => say(`closed loop, ${line}`),
  );
  // The warm-up pair is not part of the result or of the profile.
  windows.shift();
  const fixedRate: IngestResult['fixedRate'] = [];
  for (const ratePerSecond of INGEST_RATES) {
    say(`${ratePerSecond} requests/s for ${seconds} s on each side`);
    const bareSide = await runBare(seconds, ratePerSecond);
    fixedRate.push({ ratePerSecond, bare: bareSide, ours: await runOurs(seconds, ratePerSecond) });
  }

  const aim = options.sync ? AIM_RATIO.synced : AIM_RATIO.fast;
  const ratio = spreadOf(closedLoop.map((pair) => pair.ours.requestsPerSecond / pair.bare.requestsPerSecond));
  const perCpuSecond = (side: IngestSide) => side.requests / side.cpuSeconds.server;
  return {
    servers: {
      natsVersion,
      natsSync: options.sync ? 'always' : 'default',
      postgresVersion: postgres.version,
      postgresSettings: postgres.settings,
    },
    closedLoop,
    ratio,
    ratioPerCpuSecond: spreadOf(closedLoop.map((pair) => perCpuSecond(pair.ours) / perCpuSecond(pair.bare))),
    fixedRate,
    aims: [
      {
        what: 'ingest, requests/s of bare',
        aim: `≥ ${aim * 100} %`,
        measured: `${(ratio.median * 100).toFixed(1)} %`,
        met: ratio.median >= aim,
      },
    ],
    problems,
    profile: await bench.readProfile(windows),
  };
}

/** Creates a GitHub source through ingest's API, and returns the address for its requests. */
export async function createGitHubTarget(bench: BenchStack, secret: string): Promise<GitHubTarget> {
  const source = await bench.call<{ url: string }>('ingest', 'POST', '/api/sources', {
    provider: 'github',
    secret,
    userId: TENANT,
  });
  const { port, pathname } = new URL(source.url);
  return { port: Number(port), path: pathname, secret };
}

export const TENANT = 'bench';

function findProblems(side: 'bare' | 'ours', result: LoadResult, stored: number): string[] {
  const problems: string[] = [];
  for (const [status, count] of Object.entries(result.refused)) {
    problems.push(`${side}: ${count} requests were answered ${status === 'none' ? 'not at all' : status}`);
  }
  const expected = side === 'ours' ? result.accepted : 0;
  if (stored !== expected) {
    problems.push(`${side}: ${expected} events were acknowledged, but the stream got ${stored}`);
  }
  return problems;
}
