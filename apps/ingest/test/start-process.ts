import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram, pickEnvironment, until } from '@hookline/testkit';
import { onTestFinished } from 'vitest';
import type { IngestOptions } from '../src/options.ts';

export interface RunningProcess {
  child: ChildProcess;
  /** The output so far of stdout and stderr. */
  output(): string;
  exit: Promise<number | null>;
  /** Resolves with the origin of ingest once ingest is ready. */
  listening(): Promise<string>;
}

/** Starts ingest as a separate process, as it is deployed. The process is killed when the test ends. */
export function startProcess(env: Record<string, string>): RunningProcess {
  const child = spawn(process.execPath, ['--conditions=@hookline/source', findProgram('ingest')], {
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
      // An upper bound for a loaded machine: no time is promised for a start.
      const port = await until(() => /ingest is listening on http:\/\/[^"]*:(\d+)/.exec(output)?.[1], {
        timeoutMs: 90_000,
      });
      const url = `http://127.0.0.1:${port}`;
      await until(async () => (await fetch(`${url}/readyz`)).ok);
      return url;
    },
  };
}

/** The environment for a process that uses the harness's database and NATS. */
export function environmentOf(config: IngestOptions): Record<string, string> {
  return {
    DATABASE_URL: config.databaseUrl,
    NATS_URL: config.natsUrl,
    HOOKLINE_INTERNAL_TOKEN: config.internalToken,
    HOOKLINE_ENCRYPTION_KEY: config.encryptionKeys.join(','),
  };
}
