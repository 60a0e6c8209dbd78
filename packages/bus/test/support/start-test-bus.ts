import { startTestNats, type TestNats, until } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import { type Bus, type BusLogger, connectBus } from '../../src/connect-bus.ts';
import { type EventsStream, ensureStreams, type StreamOptions } from '../../src/ensure-streams.ts';

export const STREAMS: StreamOptions = {
  replicas: 1,
  maxAgeMs: 3_600_000,
  maxBytes: -1,
  duplicateWindowMs: 600_000,
};

export interface LogEntry {
  level: 'info' | 'warn' | 'error';
  message: string;
  fields: object;
}

export interface TestBus {
  nats: TestNats;
  bus: Bus;
  stream: EventsStream;
  /** What every connection of this test has logged. */
  log: LogEntry[];
  logger: BusLogger;
  /** One more connection, as another replica has its own. */
  connect(): Promise<Bus>;
}

/** A fresh nats-server with our streams, and a connection to it; ended with the test. */
export async function startTestBus(
  options: { sync?: 'always' | 'default'; streams?: Partial<StreamOptions> } = {},
): Promise<TestBus> {
  const nats = await startTestNats({ sync: options.sync ?? 'default' });
  onTestFinished(() => nats.stop());
  const { log, logger } = createTestLogger();
  const connect = async () => {
    const bus = await connectBus({ url: nats.url, name: 'test', logger, onClosed: () => {} });
    onTestFinished(() => bus.close());
    return bus;
  };
  const bus = await connect();
  const stream = await ensureStreams(bus, { ...STREAMS, ...options.streams });
  return { nats, bus, stream, log, logger, connect };
}

export function createTestLogger(): { log: LogEntry[]; logger: BusLogger } {
  const log: LogEntry[] = [];
  const at = (level: LogEntry['level']) => (fields: object, message: string) => {
    log.push({ level, message, fields });
  };
  return { log, logger: { info: at('info'), warn: at('warn'), error: at('error') } };
}

/** nats-server neither answers nor closes connections while `work` runs: a machine that hangs, a network that drops. */
export async function withFrozenNats<T>(nats: TestNats, work: () => Promise<T>): Promise<T> {
  process.kill(nats.pid, 'SIGSTOP');
  try {
    // The signal takes a moment to reach every thread.
    await until(async () => !(await answers(nats)));
    return await work();
  } finally {
    process.kill(nats.pid, 'SIGCONT');
  }
}

function answers(nats: TestNats): Promise<boolean> {
  return fetch(`${nats.monitorUrl}/healthz`, { signal: AbortSignal.timeout(100) }).then(
    () => true,
    () => false,
  );
}
