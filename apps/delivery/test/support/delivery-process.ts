import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Caller, createCaller, TOKEN } from '../harness.ts';

const SERVER = fileURLToPath(new URL('../../src/server.ts', import.meta.url));
const LAST_LINES = 20;

export interface DeliveryProcess extends Caller {
  pid: number;
  url: string;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Resolves with its exit code, `null` after a SIGKILL. */
  exited: Promise<number | null>;
  signal(signal: NodeJS.Signals): void;
}

export interface ProcessSettings {
  databaseUrl: string;
  natsUrl: string;
  encryptionKey: string;
  leaseSeconds: number;
  env?: Record<string, string>;
}

/** The real service in a process of its own, as it is run in production. Resolves when it is listening. */
export async function startDeliveryProcess(settings: ProcessSettings): Promise<DeliveryProcess> {
  const child = spawn(process.execPath, ['--conditions=@hookline/source', SERVER], {
    env: {
      HOST: '127.0.0.1',
      DELIVERY_PORT: '0',
      DATABASE_URL: settings.databaseUrl,
      DATABASE_MAX_CONNECTIONS: '4',
      NATS_URL: settings.natsUrl,
      HOOKLINE_INTERNAL_TOKEN: TOKEN,
      HOOKLINE_ENCRYPTION_KEY: settings.encryptionKey,
      HOOKLINE_ALLOW_LOOPBACK_ENDPOINTS: 'true',
      DELIVERY_LEASE_SECONDS: String(settings.leaseSeconds),
      DELIVERY_POLL_INTERVAL_MS: '50',
      HOOKLINE_EXIT_WITH_STDIN: 'true',
      ...settings.env,
    },
    // Its stdin closes with this process: nothing outlives a test run that is killed.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin?.on('error', () => {});
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const port = await readPort(child, exited);
  const url = `http://127.0.0.1:${port}`;
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

/** From the line that the service logs when it listens. */
async function readPort(child: ChildProcess, exited: Promise<number | null>): Promise<number> {
  const lines: string[] = [];
  const listening = new Promise<number>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        lines.push(line);
        if (lines.length > LAST_LINES) lines.shift();
        const port = /"port":(\d+).*is listening/.exec(line)?.[1];
        if (port) resolve(Number(port));
      });
    }
  });
  const ended = exited.then((code) => {
    throw new Error(`delivery ended with ${code} before it listened:\n${lines.join('\n')}`);
  });
  ended.catch(() => {});
  return Promise.race([listening, ended]);
}
