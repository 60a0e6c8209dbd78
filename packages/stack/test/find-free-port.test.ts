import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findFreePort, reservePort } from '../src/find-free-port.ts';

it('a port is reserved for the process that found it until that process is killed, even if nothing listens on it', async () => {
  const script = `
    import { findFreePort } from '@hookline/stack';
    process.stdout.write(String(await findFreePort()));
    setInterval(() => {}, 60_000);
  `;
  const owner = spawn(
    process.execPath,
    ['--conditions=@hookline/source', '--input-type=module', '--eval', script],
    { cwd: join(import.meta.dirname, '..'), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const port = Number((await once(owner.stdout, 'data'))[0]);
    expect(port).toBeGreaterThanOrEqual(15_000);
    expect(await reservePort(port)).toBe(false);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await reservePort(port)).toBe(true);
  } finally {
    owner.kill('SIGKILL');
  }
});

it('findFreePort never returns the same port twice in one process', async () => {
  const ports = await Promise.all(Array.from({ length: 100 }, () => findFreePort()));
  expect(new Set(ports).size).toBe(100);
});
