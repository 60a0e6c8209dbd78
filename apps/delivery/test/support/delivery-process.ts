import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findFreePort } from '@hookline/stack';
import { findProgram, pickEnvironment, until } from '@hookline/testkit';
import { type Caller, createCaller, TOKEN } from '../harness.ts';

const LAST_LINES = 20;
/** A start takes two seconds of CPU time, which can be long on a busy machine. */
const START_TIMEOUT_MS = 90_000;

export interface DeliveryProcess extends Caller {
  pid: number;
  url: string;
  /** Sends SIGKILL. Resolves when the process has ended. */
  kill(): Promise<void>;
  /** Resolves with the exit code of the process, or with `null` after a SIGKILL. */
  exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

export interface ProcessSettings {
  databaseUrl: string;
  natsUrl: string;
  encryptionKey: string;
  leaseSeconds: number;
  env?: Record<string, string>;
  /** Called when the process exists, before it is ready. */
  onSpawned?: (signal: DeliveryProcess['signal']) => void;
}

let starting: Promise<unknown> = Promise.resolve();

/**
 * Starts the real service in its own process, as in production. Resolves when it is ready. Processes start one after
 * the other, so that a test can already wait for leases while the process of another test starts.
 */
export function startDeliveryProcess(settings: ProcessSettings): Promise<DeliveryProcess> {
  const started = starting.then(() => start(settings));
  starting = started.catch(() => {});
  return started;
}

async function start(settings: ProcessSettings): Promise<DeliveryProcess> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ['--conditions=@hookline/source', findProgram('delivery')], {
    env: {
      ...pickEnvironment('NODE_COMPILE_CACHE'),
      HOST: '127.0.0.1',
      DELIVERY_PORT: String(port),
      DATABASE_URL: settings.databaseUrl,
      DATABASE_MAX_CONNECTIONS: '4',
      NATS_URL: settings.natsUrl,
      HOOKLINE_INTERNAL_TOKEN: TOKEN,
      HOOKLINE_ENCRYPTION_KEY: settings.encryptionKey,
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true',
      DELIVERY_LEASE_SECONDS: String(settings.leaseSeconds),
      // An announcement would be an event that the test did not publish.
      DELIVERY_ANNOUNCE_DEAD_SECONDS: '0',
      HOOKLINE_EXIT_WITH_STDIN: 'true',
      ...settings.env,
    },
    // The stdin of the process closes when the test run ends, so the process ends even if the run is killed.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {});
  settings.onSpawned?.((signal) => void child.kill(signal));
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > LAST_LINES) lastLines.shift();
    });
  }
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = `http://127.0.0.1:${port}`;
  await until(
    async () => {
      if (hasEnded()) return true;
      return (await fetch(`${url}/readyz`)).ok;
    },
    { timeoutMs: START_TIMEOUT_MS, everyMs: 50, what: 'delivery to be ready' },
  );
  if (hasEnded()) throw new Error(`delivery ended before it was ready:\n${lastLines.join('\n')}`);
  return {
    ...createCaller(url),
    url,
    pid: child.pid ?? -1,
    exited,
    signal: (signal) => void child.kill(signal),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
