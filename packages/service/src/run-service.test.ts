import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** A service whose build never ends, as that of one whose broker is away. It says "building" once it has begun. */
const SCRIPT = `
  import { createLogger, runService } from '@hookline/service';
  await runService({
    name: 'slow',
    host: '127.0.0.1',
    port: 0,
    logger: createLogger({ service: 'slow', level: 'info' }),
    exitWithStdin: false,
    build: () => new Promise(() => {
      setInterval(() => {}, 1_000);
      console.log('building');
    }),
  });
`;

// As process 1 of a container the default of a signal is to be ignored, so that the service itself must end the process.
it.each(['SIGTERM', 'SIGINT'] as const)(
  '%s while the service starts ends it with 0, by itself',
  async (signal) => {
    const child = spawn(
      process.execPath,
      ['--conditions=@hookline/source', '--input-type=module', '--eval', SCRIPT],
      { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    try {
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      await expect.poll(() => output, { timeout: 30_000, interval: 50 }).toContain('building');
      const exited = once(child, 'exit');
      child.kill(signal);
      expect(await exited).toEqual([0, null]);
      expect(output).toContain('slow has stopped before it listened');
    } finally {
      child.kill('SIGKILL');
    }
  },
);
