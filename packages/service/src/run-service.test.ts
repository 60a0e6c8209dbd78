import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const OPTIONS = {
  host: '127.0.0.1',
  port: 0,
  logLevel: 'info',
  exitWithStdin: false,
  databaseUrl: 'postgres://127.0.0.1:1/none',
  databaseMaxConnections: 1,
  internalToken: 'none',
};

/**
 * A service in a process of its own. Its timer would keep the process running: the service itself must end it.
 * @param build the body of the function that builds it, with `runtime` and `createService`
 */
function start(
  build: string,
  readOptions = `() => (${JSON.stringify(OPTIONS)})`,
  env: Record<string, string> = {},
) {
  const script = `
    import { ConfigurationError, createHealth, createHttpServer, createMetrics, runService } from '@hookline/service';
    const createService = ({ logger }) => ({
      app: createHttpServer({ logger, health: createHealth(), metrics: createMetrics('ingest'), dependencies: [] }),
      async close() {
        console.log('closed');
        await this.app.close();
      },
    });
    await runService({
      name: 'ingest',
      readOptions: ${readOptions},
      async build(options, runtime) {
        setInterval(() => {}, 1_000);
        ${build}
      },
    });
  `;
  const child = spawn(
    process.execPath,
    ['--conditions=@hookline/source', '--input-type=module', '--eval', script],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const printed = (text: string) =>
    expect.poll(() => output, { timeout: 60_000, interval: 50 }).toContain(text);
  return { child, printed, output: () => output, exited: exitOf(child) };
}

/** Resolves once everything that was printed has been read. */
async function exitOf(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  const [code, signal] = await once(child, 'close');
  return { code, signal };
}

// As process 1 of a container the default of a signal is to be ignored, so that the service itself must end the process.
it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s while the service starts ends it with 0, by itself',
  async (signal) => {
    const { child, printed, exited, output } = start(
      `console.log('building'); return await new Promise(() => {});`,
    );
    await printed('building');
    child.kill(signal);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(output()).toContain('ingest has stopped before it listened');
  },
);

it('SIGTERM while the service listens closes it and ends the process with 0', async () => {
  const { child, printed, exited, output } = start('return createService(runtime);');
  await printed('ingest is listening');
  child.kill('SIGTERM');
  expect(await exited).toEqual({ code: 0, signal: null });
  expect(output()).toContain('closed');
  expect(output()).toContain('ingest has stopped');
});

it('a service that is killed has written its compiled sources, so that its next start is quick', async () => {
  const cache = mkdtempSync(join(tmpdir(), 'hookline-compile-cache-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  const { child, printed, exited } = start('return createService(runtime);', undefined, {
    NODE_COMPILE_CACHE: cache,
  });
  await printed('ingest is listening');
  const written = () => readdirSync(cache, { recursive: true }).length;
  await expect.poll(written, { timeout: 20_000 }).toBeGreaterThan(100);
  child.kill('SIGKILL');
  expect(await exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(written()).toBeGreaterThan(100);
});

it('a service that cannot be built ends the process with 1, and says why', async () => {
  const { exited, output } = start(`throw new Error('the broker is of another kind');`);
  expect(await exited).toEqual({ code: 1, signal: null });
  expect(output()).toContain('ingest cannot start: the broker is of another kind');
});

it('a fatal error closes the service and ends the process with 1; a second one does not interrupt this', async () => {
  const { exited, output } = start(`
    const service = createService(runtime);
    service.app.addHook('onListen', async () => {
      setTimeout(() => {
        runtime.onFatal(new Error('the broker is gone'));
        runtime.onFatal(new Error('a worker failed'));
      }, 500);
    });
    return service;
  `);
  expect(await exited).toEqual({ code: 1, signal: null });
  expect(output()).toContain('ingest ends: the broker is gone');
  expect(output()).toContain('closed');
});

it('a configuration that is not valid ends the process with 1, with every problem and no stack', async () => {
  const { exited, output } = start(
    'return createService(runtime);',
    `() => { throw new ConfigurationError(['NATS_URL is not set', 'HOST is not set']); }`,
  );
  expect(await exited).toEqual({ code: 1, signal: null });
  expect(output()).toBe('The configuration is not valid:\n  - NATS_URL is not set\n  - HOST is not set\n');
});
