import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pickEnvironment, until } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import type { IngestOptions } from '../src/options.ts';

const SERVER = fileURLToPath(new URL('../src/server.ts', import.meta.url));

export interface RunningProcess {
  child: ChildProcess;
  /** Everything it has written to stdout and stderr. */
  output(): string;
  exit: Promise<number | null>;
  /** Resolves with its origin once it is ready. */
  listening(): Promise<string>;
}

/** Ingest as a process of its own, as it is deployed; it is killed when the test ends. */
export function startProcess(env: Record<string, string>): RunningProcess {
  const child = spawn(process.execPath, ['--conditions=@hookline/source', SERVER], {
    env: { ...pickEnvironment('PATH', 'NODE_COMPILE_CACHE'), HOST: '127.0.0.1', INGEST_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return {
    child,
    output: () => output,
    exit: once(child, 'exit').then(([code]) => code as number | null),
    async listening() {
      const port = await until(() => /ingest is listening on http:\/\/[^"]*:(\d+)/.exec(output)?.[1], {
        timeoutMs: 25_000,
      });
      const url = `http://127.0.0.1:${port}`;
      await until(async () => (await fetch(`${url}/readyz`)).ok);
      return url;
    },
  };
}

/** What a process needs to run beside the harness. */
export function environmentOf(config: IngestOptions): Record<string, string> {
  return {
    DATABASE_URL: config.databaseUrl,
    NATS_URL: config.natsUrl,
    HOOKLINE_INTERNAL_TOKEN: config.internalToken,
    HOOKLINE_ENCRYPTION_KEY: config.encryptionKeys.join(','),
  };
}
