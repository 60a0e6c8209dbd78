import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBenchStack, startBenchWorker } from '../bench-stack.ts';
import type { Latency } from '../measure/latency.ts';
import { type MachineLoad, watchMachine } from '../measure/machine-load.ts';
import { meterCpu, sumSeconds } from '../measure/meter-cpu.ts';
import { cpuSecondsOf, memoryBytesOf } from '../measure/process-usage.ts';
import { type Spread, spreadOf } from '../measure/spread.ts';
import type { ProfileSummary } from '../measure/summarize-profile.ts';
import type { Worker } from '../start-worker.ts';
import type { BareFeedCommands } from '../workers/bare-feed.ts';
import type { FeedClientsCommands, OpenOptions } from '../workers/feed-clients.ts';
import type { FeedPublisherCommands } from '../workers/feed-publisher.ts';
import { runPairs } from './run-pairs.ts';
import type { Aim, ScenarioContext, ServerDescription } from './scenario.ts';

/** One event matches one socket in this many. */
export const GROUPS = 100;
export const RATE_PER_SECOND = 200;
export const SLOW_SOCKETS = 10;
/** Clients that get the same events as the slow ones. */
const BESIDE_SLOW = 10;
const SLOW_EVENTS = 200;
const SLOW_RATE = 20;
const SLOW_BODY_BYTES = 64 * 1024;
const OPENED_PER_SECOND = 400;
const MAX_SOCKET_IO = 1_000;
const SETTLE_MS = 3_000;
const ARRIVAL_TIMEOUT_MS = 60_000;

const AIM_IDLE_BYTES = 15 * 1024;
const AIM_SOCKET_IO_BYTES = 35 * 1024;
const AIM_MATCHED_MS = 150;
const AIM_BROADCAST_MS = 1_000;
const AIM_BROADCAST_SHARE = 0.6;
const AIM_SLOW_BYTES = 2 * 1024 * 1024;

export interface FeedSide {
  /** 200 events/s, each for one socket in a hundred. */
  matched: Latency;
  matchedCpuSeconds: number;
  /** One event to every socket. */
  broadcast: Latency;
  /** From the event's publication to its last arrival, in ms. */
  broadcastMs: number;
  lost: number;
  machine: MachineLoad;
}

export interface FeedPair {
  bare: FeedSide;
  ours: FeedSide;
}

export interface FeedResult {
  servers: ServerDescription;
  sockets: number;
  seconds: number;
  /** Resident memory of the server for each idle socket, in bytes. */
  idle: { bare: number; ours: number; socketIo: number; socketIoSockets: number };
  pairs: FeedPair[];
  /** The time of a bare broadcast divided by ours. */
  broadcastShare: Spread;
  slow: { bytesEach: number; othersP99Ms: number; codes: Record<string, number> };
  aims: Aim[];
  problems: string[];
  profile: ProfileSummary | undefined;
}

interface Side {
  name: 'bare' | 'ours';
  pid: number;
  port: number;
  path: string;
  token: string;
  clients: Worker<FeedClientsCommands>;
}

/** Measures the live feed beside `ws` alone, with the same clients and the same events. */
export async function benchFeed(context: ScenarioContext): Promise<FeedResult> {
  const { options, resources, say } = context;
  const { sockets, seconds } = options;
  say('starting Postgres, NATS and the gateway');
  const bench = await startBenchStack({
    ...context,
    services: ['gateway'],
    sync: options.sync,
    verbose: options.verbose,
    profile: options.profile ? 'gateway' : undefined,
  });
  const { natsUrl } = bench.stack;
  const publisher = await startBenchWorker<FeedPublisherCommands>('feed-publisher', resources);
  const { natsVersion } = await publisher.call('connect', { natsUrl });
  const bareServer = await startBenchWorker<BareFeedCommands>('bare-feed', resources);
  const gatewayPort = Number(new URL(bench.stack.urls.gateway).port);
  const startClients = () => startBenchWorker<FeedClientsCommands>('feed-clients', resources);
  const bare: Side = {
    name: 'bare',
    pid: bareServer.pid,
    port: (await bareServer.call('listen', { natsUrl })).port,
    path: '/',
    token: 'none',
    clients: await startClients(),
  };
  const ours: Side = {
    name: 'ours',
    pid: bench.pidOf('gateway'),
    port: gatewayPort,
    path: '/ws/webhooks',
    token: bench.stack.secrets.operatorKey,
    clients: await startClients(),
  };
  const problems: string[] = [];
  const postgres = await bench.database.settings();

  const idle = { bare: 0, ours: 0, socketIo: 0, socketIoSockets: Math.min(MAX_SOCKET_IO, sockets) };
  for (const side of [bare, ours]) {
    say(`${side.name}: opening ${sockets} sockets`);
    idle[side.name] = await measureIdle(side, side.clients, {
      sockets,
      path: side.path,
      messages: [subscription(side)],
      readyText: '"subscribed"',
    });
  }
  say(`Socket.IO: opening ${idle.socketIoSockets} sockets`);
  idle.socketIo = await measureIdle(ours, await startClients(), {
    sockets: idle.socketIoSockets,
    path: '/socket.io/?EIO=4&transport=websocket',
    messages: [`40/webhooks,${JSON.stringify({ token: ours.token })}`],
    // Not before the namespace is joined.
    followUp: {
      after: '"ready"',
      message: '42/webhooks,["subscribe:webhook-events",{"repository":"bench/none"}]',
    },
    readyText: '"subscribed"',
    closeAfterwards: true,
  });

  const pairs = await runPairs(options.pairs, { bare: () => run(bare), ours: () => run(ours) }, say);
  const broadcastShare = spreadOf(pairs.map((pair) => pair.bare.broadcastMs / pair.ours.broadcastMs));
  say(`ours: ${SLOW_SOCKETS} sockets that read nothing`);
  const slow = await measureSlow();

  return {
    servers: {
      natsVersion,
      natsSync: options.sync ? 'always' : 'default',
      postgresVersion: postgres.version,
      postgresSettings: postgres.settings,
    },
    sockets,
    seconds,
    idle,
    pairs,
    broadcastShare,
    slow,
    aims: judge({ idle, pairs, broadcastShare, slow }),
    problems,
    profile: await bench.readProfile([]),
  };

  async function run(side: Side): Promise<FeedSide> {
    const stopWatching = watchMachine(cpus().length);
    const readCpu = meterCpu({
      server: () => cpuSecondsOf(side.pid),
      clients: () => cpuSecondsOf(side.clients.pid),
      publisher: () => cpuSecondsOf(publisher.pid),
      nats: () => cpuSecondsOf(bench.pidOf('nats')),
    });
    await side.clients.call('forget', undefined);
    const published = await publisher.call('publish', {
      repositories: Array.from({ length: GROUPS }, (_, group) => `${side.name}/r${group}`),
      ratePerSecond: RATE_PER_SECOND,
      seconds,
      bodyBytes: options.bodyBytes,
    });
    const expected = Math.round((published * sockets) / GROUPS);
    const matched = await side.clients.call('arrivals', { events: expected, timeoutMs: ARRIVAL_TIMEOUT_MS });
    const matchedCpuSeconds = readCpu().server;

    await side.clients.call('forget', undefined);
    await publisher.call('publish', {
      repositories: [`${side.name}/all`],
      ratePerSecond: 1,
      seconds: 1,
      bodyBytes: options.bodyBytes,
    });
    const all = await side.clients.call('arrivals', { events: sockets, timeoutMs: ARRIVAL_TIMEOUT_MS });
    const lost = expected - matched.events + sockets - all.events;
    if (lost !== 0)
      problems.push(`${side.name}: ${lost} events did not arrive, or arrived twice if negative`);
    return {
      matched: matched.latency,
      matchedCpuSeconds,
      broadcast: all.latency,
      broadcastMs: all.latency.maxMs,
      lost,
      machine: stopWatching(sumSeconds(readCpu())),
    };
  }

  async function measureSlow(): Promise<FeedResult['slow']> {
    await ours.clients.call('stall', { count: SLOW_SOCKETS });
    await ours.clients.call('forget', undefined);
    const before = memoryBytesOf(ours.pid);
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, memoryBytesOf(ours.pid));
    }, 50);
    await publisher.call('publish', {
      repositories: ['ours/slow'],
      ratePerSecond: SLOW_RATE,
      seconds: SLOW_EVENTS / SLOW_RATE,
      bodyBytes: SLOW_BODY_BYTES,
    });
    const { latency } = await ours.clients.call('arrivals', {
      events: SLOW_EVENTS * BESIDE_SLOW,
      timeoutMs: ARRIVAL_TIMEOUT_MS,
    });
    clearInterval(sampling);
    const codes: Record<string, number> = {};
    for (const code of await ours.clients.call('resume', { count: SLOW_SOCKETS, timeoutMs: 30_000 }))
      codes[code] = (codes[code] ?? 0) + 1;
    return { bytesEach: (most - before) / SLOW_SOCKETS, othersP99Ms: latency.p99Ms, codes };
  }
}

/** What both servers understand. */
function subscription({ name }: Side): string {
  const repository = [`${name}/r{group}`, `${name}/all`, `${name}/{slow}`];
  return JSON.stringify({ type: 'subscribe', id: 'a', filter: { repository } });
}

interface IdleOptions extends Pick<OpenOptions, 'sockets' | 'path' | 'messages' | 'followUp' | 'readyText'> {
  closeAfterwards?: boolean;
}

async function measureIdle(
  side: Side,
  clients: Worker<FeedClientsCommands>,
  { closeAfterwards, ...open }: IdleOptions,
): Promise<number> {
  // A first few sockets load what every later one shares.
  const all = { ...open, port: side.port, token: side.token, perSecond: OPENED_PER_SECOND, groups: GROUPS };
  const warmUp = Math.min(100, open.sockets);
  await clients.call('open', { ...all, sockets: warmUp, slowGroup: SLOW_SOCKETS + BESIDE_SLOW });
  await sleep(SETTLE_MS);
  const before = memoryBytesOf(side.pid);
  await clients.call('open', { ...all, sockets: open.sockets - warmUp, slowGroup: 0 });
  await sleep(SETTLE_MS);
  const bytes = (memoryBytesOf(side.pid) - before) / Math.max(1, open.sockets - warmUp);
  if (closeAfterwards) await clients.call('close', undefined);
  return bytes;
}

function judge(result: Pick<FeedResult, 'idle' | 'pairs' | 'broadcastShare' | 'slow'>): Aim[] {
  const { idle, pairs, broadcastShare, slow } = result;
  const matchedMs = spreadOf(pairs.map(({ ours }) => ours.matched.p99Ms)).median;
  const broadcastMs = spreadOf(pairs.map(({ ours }) => ours.broadcast.p99Ms)).median;
  const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`;
  const under = (what: string, value: number, aim: number, format: (value: number) => string): Aim => ({
    what,
    aim: `≤ ${format(aim)}`,
    measured: format(value),
    met: value <= aim,
  });
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    under('memory of an idle socket', idle.ours, AIM_IDLE_BYTES, kilobytes),
    under('memory of an idle socket by Socket.IO', idle.socketIo, AIM_SOCKET_IO_BYTES, kilobytes),
    under(`p99 of ${RATE_PER_SECOND} events/s, 1 % matched`, matchedMs, AIM_MATCHED_MS, ms),
    under('p99 of one event to all', broadcastMs, AIM_BROADCAST_MS, ms),
    {
      what: 'speed of one event to all',
      aim: `≥ ${AIM_BROADCAST_SHARE * 100} % of bare`,
      measured: `${(broadcastShare.median * 100).toFixed(0)} %`,
      met: broadcastShare.median >= AIM_BROADCAST_SHARE,
    },
    under('memory of a socket that reads nothing', slow.bytesEach, AIM_SLOW_BYTES, kilobytes),
  ];
}
