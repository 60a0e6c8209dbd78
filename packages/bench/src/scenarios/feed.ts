import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startBenchStack, startBenchWorker } from '../bench-stack.ts';
import { machineNowMs } from '../machine-clock.ts';
import type { Latency } from '../measure/latency.ts';
import { type MachineLoad, watchMachine } from '../measure/machine-load.ts';
import { createMemoryProbe, type MemoryProbe } from '../measure/memory-probe.ts';
import { meterCpu, sumSeconds } from '../measure/meter-cpu.ts';
import { cpuSecondsOf, privateBytesOf } from '../measure/process-usage.ts';
import { type Spread, spreadOf } from '../measure/spread.ts';
import type { ProfileSummary, TimeWindow } from '../measure/summarize-profile.ts';
import type { Worker } from '../start-worker.ts';
import type { BareFeedCommands } from '../workers/bare-feed.ts';
import type { Arrivals, FeedClientsCommands, OpenOptions } from '../workers/feed-clients.ts';
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
/** More than the 16 MB of events that the gateway keeps for clients that were away for a moment. */
const FILLING_EVENTS = 300;
/** The memory is read after each part: at the end alone, the first slow sockets might be gone. */
const SLOW_PARTS = 2;
/** One event to all is sent this many times a side, each once the one before has arrived everywhere. */
export const BROADCASTS = 5;
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
  /** One event to every socket, several times. */
  broadcast: Latency;
  /** From an event's publication to its last arrival, in ms: the median of the broadcasts. */
  broadcastMs: number;
  broadcastCpuSeconds: number;
  lost: number;
  machine: MachineLoad;
}

export interface FeedPair {
  bare: FeedSide;
  ours: FeedSide;
}

/** What the server needs for each idle socket after a garbage collection, in bytes. */
export interface IdleSocket {
  resident: number;
  heap: number;
  /** Resident memory without a garbage collection: with the garbage of the handshakes. */
  withGarbage: number;
}

export interface SlowSockets {
  /** The most that the server held for each of them, beyond what it holds without them, in bytes. */
  heldEach: number;
  othersP99Ms: number;
  codes: Record<string, number>;
}

export interface FeedResult {
  servers: ServerDescription;
  sockets: number;
  seconds: number;
  idle: { bare: IdleSocket; ours: IdleSocket; socketIo: IdleSocket; socketIoSockets: number };
  pairs: FeedPair[];
  /** The time of a bare broadcast divided by ours. */
  broadcastShare: Spread;
  slow: SlowSockets;
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
  const probe = createMemoryProbe(resources);
  const bench = await startBenchStack({
    ...context,
    services: ['gateway'],
    nodeOptions: { gateway: probe.nodeOptions },
    sync: options.sync,
    verbose: options.verbose,
    profile: options.profile ? 'gateway' : undefined,
  });
  const { natsUrl } = bench.stack;
  const publisher = await startBenchWorker<FeedPublisherCommands>('feed-publisher', resources);
  const { natsVersion } = await publisher.call('connect', { natsUrl });
  const bareServer = await startBenchWorker<BareFeedCommands>('bare-feed', resources, probe.nodeOptions);
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
  const windows: TimeWindow[] = [];
  const postgres = await bench.database.settings();

  const openAll = (side: Side) => {
    say(`${side.name}: opening ${sockets} sockets`);
    return measureIdle(probe, side, side.clients, {
      sockets,
      path: side.path,
      messages: [subscription(side)],
      readyText: '"subscribed"',
    });
  };
  const idleBare = await openAll(bare);
  const idleOurs = await openAll(ours);
  const socketIoSockets = Math.min(MAX_SOCKET_IO, sockets);
  say(`Socket.IO: opening ${socketIoSockets} sockets`);
  const idleSocketIo = await measureIdle(probe, ours, await startClients(), {
    sockets: socketIoSockets,
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
  const idle = { bare: idleBare, ours: idleOurs, socketIo: idleSocketIo, socketIoSockets };

  const pairs = await runPairs(options.pairs, { bare: () => run(bare), ours: () => run(ours) }, say);
  // The warm-up pair is not part of the result or of the profile.
  windows.shift();
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
    profile: await bench.readProfile(windows),
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

    const startMs = machineNowMs();
    const broadcasts: Arrivals[] = [];
    for (let count = 0; count < BROADCASTS; count++) {
      await side.clients.call('forget', undefined);
      await publisher.call('publish', {
        repositories: [`${side.name}/all`],
        ratePerSecond: 1,
        seconds: 1,
        bodyBytes: options.bodyBytes,
      });
      broadcasts.push(
        await side.clients.call('arrivals', { events: sockets, timeoutMs: ARRIVAL_TIMEOUT_MS }),
      );
    }
    if (side === ours) windows.push([startMs, machineNowMs()]);
    const cpu = readCpu();
    broadcasts.sort((a, b) => a.latency.maxMs - b.latency.maxMs);
    const median = (broadcasts[BROADCASTS >> 1] as Arrivals).latency;
    const arrived = broadcasts.reduce((sum, { events }) => sum + events, 0);
    const lost = expected - matched.events + sockets * BROADCASTS - arrived;
    if (lost !== 0)
      problems.push(`${side.name}: ${lost} events did not arrive, or arrived twice if negative`);
    return {
      matched: matched.latency,
      matchedCpuSeconds,
      broadcast: median,
      broadcastMs: median.maxMs,
      broadcastCpuSeconds: cpu.server - matchedCpuSeconds,
      lost,
      machine: stopWatching(sumSeconds(cpu)),
    };
  }

  async function measureSlow(): Promise<SlowSockets> {
    // The same sockets get the same events and read them, first: so the events that the gateway keeps count for nothing.
    const reading = await sendLarge(FILLING_EVENTS, SLOW_SOCKETS + BESIDE_SLOW);
    await ours.clients.call('stall', { count: SLOW_SOCKETS });
    let mostHeld = 0;
    let othersP99Ms = 0;
    for (let part = 0; part < SLOW_PARTS; part++) {
      const stalled = await sendLarge(SLOW_EVENTS / SLOW_PARTS, BESIDE_SLOW);
      mostHeld = Math.max(mostHeld, stalled.heldBytes - reading.heldBytes);
      othersP99Ms = Math.max(othersP99Ms, stalled.p99Ms);
    }
    const codes: Record<string, number> = {};
    for (const code of await ours.clients.call('resume', { count: SLOW_SOCKETS, timeoutMs: 30_000 }))
      codes[code] = (codes[code] ?? 0) + 1;
    return { heldEach: mostHeld / SLOW_SOCKETS, othersP99Ms, codes };
  }

  /** Sends large events to the slow sockets and those beside them, and waits until those that read have them. */
  async function sendLarge(events: number, readers: number): Promise<{ p99Ms: number; heldBytes: number }> {
    await ours.clients.call('forget', undefined);
    await publisher.call('publish', {
      repositories: ['ours/slow'],
      ratePerSecond: SLOW_RATE,
      seconds: events / SLOW_RATE,
      bodyBytes: SLOW_BODY_BYTES,
    });
    const expected = events * readers;
    const arrived = await ours.clients.call('arrivals', { events: expected, timeoutMs: ARRIVAL_TIMEOUT_MS });
    if (arrived.events !== expected)
      problems.push(`large events: ${expected - arrived.events} did not arrive at sockets that read`);
    const { heapBytes, externalBytes } = await probe.read(ours.pid);
    return { p99Ms: arrived.latency.p99Ms, heldBytes: heapBytes + externalBytes };
  }
}

/** What both servers understand. */
function subscription({ name }: Side): string {
  const repository = [`${name}/r{group}`, `${name}/all`, `${name}/{slow}`];
  return JSON.stringify({ type: 'subscribe', id: '{id}', filter: { repository } });
}

interface IdleOptions extends Pick<OpenOptions, 'sockets' | 'path' | 'messages' | 'followUp' | 'readyText'> {
  closeAfterwards?: boolean;
}

async function measureIdle(
  probe: MemoryProbe,
  side: Side,
  clients: Worker<FeedClientsCommands>,
  { closeAfterwards, ...open }: IdleOptions,
): Promise<IdleSocket> {
  // A first few sockets load what every later one shares.
  const all = { ...open, port: side.port, token: side.token, perSecond: OPENED_PER_SECOND, groups: GROUPS };
  const warmUp = Math.min(100, open.sockets);
  await clients.call('open', { ...all, sockets: warmUp, slowGroup: SLOW_SOCKETS + BESIDE_SLOW });
  await sleep(SETTLE_MS);
  const before = await probe.read(side.pid);
  await clients.call('open', { ...all, sockets: open.sockets - warmUp, slowGroup: 0 });
  await sleep(SETTLE_MS);
  const withGarbage = privateBytesOf(side.pid);
  const after = await probe.read(side.pid);
  if (closeAfterwards) await clients.call('close', undefined);
  const each = (bytes: number) => bytes / Math.max(1, open.sockets - warmUp);
  return {
    resident: each(after.residentBytes - before.residentBytes),
    heap: each(after.heapBytes - before.heapBytes),
    withGarbage: each(withGarbage - before.residentBytes),
  };
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
    under('memory of an idle socket', idle.ours.resident, AIM_IDLE_BYTES, kilobytes),
    under('memory of an idle socket by Socket.IO', idle.socketIo.resident, AIM_SOCKET_IO_BYTES, kilobytes),
    under(`p99 of ${RATE_PER_SECOND} events/s, 1 % matched`, matchedMs, AIM_MATCHED_MS, ms),
    under('p99 of one event to all', broadcastMs, AIM_BROADCAST_MS, ms),
    {
      what: 'speed of one event to all',
      aim: `≥ ${AIM_BROADCAST_SHARE * 100} % of bare`,
      measured: `${(broadcastShare.median * 100).toFixed(0)} %`,
      met: broadcastShare.median >= AIM_BROADCAST_SHARE,
    },
    under('memory of a socket that reads nothing', slow.heldEach, AIM_SLOW_BYTES, kilobytes),
  ];
}
