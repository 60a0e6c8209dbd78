import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { EMULATED_CLIENTS } from '../src/start-applications.ts';

test('as a process it prints its address, serves the page and the control address, and ends on SIGTERM', async () => {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const options = ['--conditions=@hookline/source', main, '--port', '0', '--speed', '60'];
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? '';
    const page = await (await fetch(url)).text();
    expect(page).toContain(EMULATED_CLIENTS.spotify);
    expect(page).toContain('/_control/github/moveRepository');
    const state = (await (await fetch(`${url}/_control`)).json()) as {
      clock: { speed: number };
      origins: Record<string, Record<string, string>>;
    };
    expect(state.clock.speed).toBe(60);
    expect(state.origins['discord']?.['https://discord.com']).toBe(`${url}/discord.com`);
  } finally {
    child.kill('SIGTERM');
  }
  const [code] = (await once(child, 'exit')) as [number | null];
  expect(code).toBe(0);
});
