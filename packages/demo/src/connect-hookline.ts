import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '@hookline/stack';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const START_TIMEOUT_MS = 10 * 60_000;

export interface RunningHookline extends ReadyFile {
  /** Stops Hookline if `connectHookline` started it. */
  release(): Promise<void>;
}

/**
 * Connects to the Hookline that `npm start` runs for this home. If there is none, starts one, which `release` stops.
 * @throws if Hookline does not start
 */
export async function connectHookline(home: string, say: (line: string) => void): Promise<RunningHookline> {
  const running = await findRunning(home);
  if (running) return { ...running, release: async () => {} };

  say('No Hookline is running for this home: starting one (npm start keeps one running).');
  const child = spawn(process.execPath, [join(ROOT, 'scripts/run.mjs'), 'start'], {
    cwd: ROOT,
    env: process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const keep = (chunk: Buffer) => {
    log = (log + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const release = async () => {
    child.kill('SIGTERM');
    await ended;
  };

  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const started = await findRunning(home);
    if (started) return { ...started, release };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await release();
  throw new Error(
    `Hookline did not start. The last lines of its log:\n${log.split('\n').slice(-30).join('\n')}`,
  );
}

async function findRunning(home: string): Promise<ReadyFile | undefined> {
  try {
    const ready = JSON.parse(readFileSync(join(home, 'ready.json'), 'utf8')) as ReadyFile;
    const answer = await fetch(`${ready.gateway}/readyz`, { signal: AbortSignal.timeout(3_000) });
    return answer.ok ? ready : undefined;
  } catch {
    return undefined;
  }
}

/** The directory in which `npm start` keeps its data. */
export function hooklineHome(): string {
  return process.env['HOOKLINE_HOME'] ?? join(ROOT, '.hookline');
}
