import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchStack, startBenchStack, startBenchWorker } from '../bench-stack.ts';
import { machineNowMs } from '../machine-clock.ts';
import { type Latency, summarizeLatency } from '../measure/latency.ts';
import { type MachineLoad, watchMachine } from '../measure/machine-load.ts';
import { meterCpu, sumSeconds } from '../measure/meter-cpu.ts';
import { cpuSecondsOf, cpuSecondsOfFamily, peakMemoryBytesOf } from '../measure/process-usage.ts';
import { type Spread, spreadOf } from '../measure/spread.ts';
import type { ProfileSummary, TimeWindow } from '../measure/summarize-profile.ts';
import type { Worker } from '../start-worker.ts';
import type { EventPublisherCommands } from '../workers/event-publisher.ts';
import type { ReceiverCommands } from '../workers/receiver.ts';
import { TENANT } from './ingest.ts';
import { runPairs } from './run-pairs.ts';
import type { Aim, ScenarioContext, ServerDescription } from './scenario.ts';

export const HEALTHY_ENDPOINTS = 25;
export const DEAD_ENDPOINTS = 25;
export const RATE_PER_SECOND = 500;
const AIM_GROWTH = 1.1;
/** Settings of delivery. */
const MAX_IN_FLIGHT = 500;
const ARRIVAL_TIMEOUT_MS = 60_000;
const SETTLED_TIMEOUT_MS = 120_000;
const SAMPLE_MS = 250;

export interface NeighboursSide {
  /** From the acknowledgement of the stream to the arrival at a receiver that answers. */
  latency: Latency;
  arrived: number;
  lost: number;
  repeats: number;
  /** The maximum of four samples a second. */
  mostInFlight: number;
  mostWaiting: number;
  mostConnections: number;
  /** The number of requests that hung at the end. */
  hanging: number;
  /** The peak memory of delivery since its start. */
  peakMemoryBytes: number;
  machine: MachineLoad;
}

export interface NeighboursPair {
  alone: NeighboursSide;
  withDead: NeighboursSide;
}

export interface NeighboursResult {
  servers: ServerDescription;
  seconds: number;
  pairs: NeighboursPair[];
  /** p95 of healthy endpoints with dead endpoints, divided by their p95 without dead endpoints. */
  growth: Spread;
  ledger: Record<string, number>;
  aims: Aim[];
  problems: string[];
  profile: ProfileSummary | undefined;
}

interface Parts {
  bench: BenchStack;
  receiver: Worker<ReceiverCommands>;
  receiverPort: number;
  publisher: Worker<EventPublisherCommands>;
  context: ScenarioContext;
  problems: string[];
  /** When the events were sent beside the hanging endpoints. */
  windows: TimeWindow[];
}

const healthyType = (index: number) => `neighbours.healthy${index}`;
const deadType = (index: number) => `neighbours.dead${index}`;

/**
 * Measures how endpoints that never answer affect the others. Both sides get the same events at the same rate. Half of the
 * events are for endpoints that are dead on one side and do not exist on the other.
 */
export async function benchNeighbours(context: ScenarioContext): Promise<NeighboursResult> {
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
  const { port: receiverPort } = await receiver.call('listen', undefined);
  const { natsVersion } = await publisher.call('connect', { natsUrl: bench.stack.natsUrl });
  const postgres = await bench.database.settings();
  const parts: Parts = { bench, receiver, receiverPort, publisher, context, problems: [], windows: [] };
  for (let index = 0; index < HEALTHY_ENDPOINTS; index++) {
    await createEndpoint(parts, healthyType(index), 'healthy/');
  }

  const measured = await runPairs(
    options.pairs,
    { bare: () => run(parts, 'alone'), ours: () => run(parts, 'with the dead') },
    say,
  );
  // The warm-up pair is not part of the result or of the profile.
  parts.windows.shift();
  const pairs = measured.map(({ bare, ours }) => ({ alone: bare, withDead: ours }));
  say('checking the ledger');
  const ledger = await bench.call<Record<string, number>>('delivery', 'GET', '/api/ledger');
  for (const name of ['unaccounted', 'open']) {
    if (ledger[name] !== 0) parts.problems.push(`the ledger says ${name}: ${ledger[name]}`);
  }
  const growth = spreadOf(pairs.map(({ alone, withDead }) => withDead.latency.p95Ms / alone.latency.p95Ms));
  return {
    servers: {
      natsVersion,
      natsSync: options.sync ? 'always' : 'default',
      postgresVersion: postgres.version,
      postgresSettings: postgres.settings,
    },
    seconds: options.seconds,
    pairs,
    growth,
    ledger,
    aims: judge(growth, pairs),
    problems: parts.problems,
    profile: await bench.readProfile(parts.windows),
  };
}

async function createEndpoint(
  { bench, receiverPort }: Pick<Parts, 'bench' | 'receiverPort'>,
  type: string,
  path: string,
): Promise<string> {
  const { id } = await bench.call<{ id: string }>('delivery', 'POST', '/api/webhooks', {
    name: type,
    url: `http://127.0.0.1:${receiverPort}/${path}`,
    events: [type],
    userId: TENANT,
    retrySchedule: [],
  });
  return id;
}

async function run(parts: Parts, kind: 'alone' | 'with the dead'): Promise<NeighboursSide> {
  const { bench, receiver, publisher, context, problems, windows } = parts;
  const { options } = context;
  const dead: string[] = [];
  // New endpoints, because delivery does not know yet that they hang: the worst case.
  for (let index = 0; kind === 'with the dead' && index < DEAD_ENDPOINTS; index++) {
    dead.push(await createEndpoint(parts, deadType(index), 'hanging/'));
  }
  await receiver.call('reset', undefined);
  const pid = bench.pidOf('delivery');
  const stopWatching = watchMachine(cpus().length);
  const readCpu = meterCpu({
    delivery: () => cpuSecondsOf(pid),
    publisher: () => cpuSecondsOf(publisher.pid),
    receiver: () => cpuSecondsOf(receiver.pid),
    nats: () => cpuSecondsOf(bench.pidOf('nats')),
    postgres: () => cpuSecondsOfFamily(bench.pidOf('postgres')),
  });
  const stopSampling = sample(bench);
  const startMs = machineNowMs();
  // Events for healthy and dead endpoints alternate.
  const types = Array.from({ length: HEALTHY_ENDPOINTS }, (_, n) => [healthyType(n), deadType(n)]).flat();
  const stored = await publisher.call('publishAtRate', {
    tenant: TENANT,
    types,
    ratePerSecond: RATE_PER_SECOND,
    seconds: options.seconds,
    bodyBytes: options.bodyBytes,
  });
  const healthy = new Map(stored.filter((_, index) => index % 2 === 0).flatMap((of) => [...of]));
  await receiver.call('waitFor', { ids: [...healthy.keys()], timeoutMs: ARRIVAL_TIMEOUT_MS });
  if (kind === 'with the dead') windows.push([startMs, machineNowMs()]);
  const most = await stopSampling();
  const machine = stopWatching(sumSeconds(readCpu()));
  const { firstAtMs, repeats } = await receiver.call('arrivals', undefined);

  // Deleting the dead endpoints ends their deliveries before the next measurement.
  for (const id of dead) await bench.call('delivery', 'DELETE', `/api/webhooks/${id}`);
  const hanging = await receiver.call('resetHanging', undefined);
  await waitUntilSettled(parts);

  const latencies: number[] = [];
  for (const [id, storedAtMs] of healthy) {
    const arrivedAtMs = firstAtMs.get(id);
    if (arrivedAtMs !== undefined) latencies.push(Math.max(0, arrivedAtMs - storedAtMs));
  }
  const lost = healthy.size - latencies.length;
  if (lost > 0)
    problems.push(`${kind}: ${lost} of ${healthy.size} events for healthy endpoints did not arrive`);
  if (repeats > 0) problems.push(`${kind}: ${repeats} events arrived more than once`);
  return {
    latency: summarizeLatency(Float64Array.from(latencies).sort()),
    arrived: latencies.length,
    lost,
    repeats,
    ...most,
    hanging,
    peakMemoryBytes: peakMemoryBytesOf(pid),
    machine,
  };
}

type Most = Pick<NeighboursSide, 'mostInFlight' | 'mostWaiting' | 'mostConnections'>;

/** Samples delivery's metrics repeatedly. Call the returned function to stop. */
function sample(bench: BenchStack): () => Promise<Most> {
  const most: Most = { mostInFlight: 0, mostWaiting: 0, mostConnections: 0 };
  const stopping = new AbortController();
  const metrics = new URL('/metrics', bench.stack.urls.delivery);
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const text = await (await fetch(metrics)).text();
      const lines = text.split('\n');
      const read = (name: string) =>
        Number.parseInt(lines.find((line) => line.startsWith(name))?.split(' ')[1] ?? '0', 10);
      most.mostInFlight = Math.max(most.mostInFlight, read('hookline_deliveries_in_flight'));
      most.mostWaiting = Math.max(most.mostWaiting, read('hookline_deliveries_waiting'));
      const connections = await bench.database.countConnections('hookline-delivery');
      most.mostConnections = Math.max(most.mostConnections, connections);
      await sleep(SAMPLE_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return async () => {
    stopping.abort();
    await loop;
    return most;
  };
}

async function waitUntilSettled({ bench, context, problems }: Parts): Promise<void> {
  const deadline = performance.now() + SETTLED_TIMEOUT_MS;
  for (;;) {
    const { open, streamPending } = await bench.call<Record<string, number>>(
      'delivery',
      'GET',
      '/api/ledger',
    );
    if (open === 0 && streamPending === 0) return;
    if (performance.now() > deadline) {
      problems.push(`${open} deliveries were still open after ${SETTLED_TIMEOUT_MS / 1_000} s`);
      return;
    }
    await sleep(SAMPLE_MS, undefined, { signal: context.signal });
  }
}

function judge(growth: Spread, pairs: readonly NeighboursPair[]): Aim[] {
  const inFlight = Math.max(...pairs.map(({ withDead }) => withDead.mostInFlight));
  return [
    {
      what: 'p95 of healthy endpoints beside hanging endpoints',
      aim: `< ${Math.round(AIM_GROWTH * 100)} % of without`,
      measured: `${(growth.median * 100).toFixed(1)} %`,
      met: growth.median < AIM_GROWTH,
    },
    {
      what: 'requests in flight',
      aim: `≤ ${MAX_IN_FLIGHT}`,
      measured: String(inFlight),
      met: inFlight <= MAX_IN_FLIGHT,
    },
  ];
}
