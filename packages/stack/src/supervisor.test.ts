import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Child } from './child.ts';
import type { LogEntry } from './log.ts';
import { readLivePid } from './pid-file.ts';
import { Supervisor } from './supervisor.ts';

function supervise(script: string, options: { autoRestart?: boolean } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'hookline-supervisor-'));
  const pidFile = join(dir, 'it.pid');
  const log: LogEntry[] = [];
  const starts: string[] = [];
  let logged: () => void = () => {};
  const supervisor = new Supervisor({
    name: 'it',
    pidFile,
    log: (entry) => {
      log.push(entry);
      logged();
    },
    start: async () => {
      const child = await Child.start({ command: '/bin/sh', args: ['-c', script], env: {} });
      starts.push(String(child.pid));
      return child;
    },
    ...options,
  });
  onTestFinished(async () => {
    await supervisor.stop();
    rmSync(dir, { recursive: true });
  });
  const nextLog = () =>
    new Promise<void>((resolve) => {
      logged = resolve;
    });
  return { supervisor, pidFile, log, starts, nextLog };
}

describe('supervisor', () => {
  it('keeps the pid file while the process is up', async () => {
    const { supervisor, pidFile } = supervise('exec sleep 60');
    await supervisor.start();
    expect(readLivePid(pidFile)).toBe(supervisor.pid);
    await supervisor.stop();
    expect(supervisor.pid).toBeUndefined();
    expect(readLivePid(pidFile)).toBeUndefined();
  });

  it('logs a death with the last lines of output and the delay of the restart', async () => {
    const { supervisor, log, nextLog } = supervise('echo first; echo second >&2; exit 3');
    const died = nextLog();
    await supervisor.start();
    await died;
    expect(log[0]).toMatchObject({ source: 'it', level: 'error' });
    expect(log[0]?.message).toMatch(
      /^exited with code 3\n {2}\| (first|second)\n {2}\| (first|second)\n {2}restarting in 0.5 s$/,
    );
    expect(supervisor.deaths).toBe(1);
  });

  it('restarts a killed process automatically', async () => {
    const { supervisor, starts } = supervise('exec sleep 60');
    await supervisor.start();
    await supervisor.kill();
    expect(supervisor.pid).toBeUndefined();
    await expect.poll(() => starts.length, { timeout: 5000 }).toBe(2);
  });

  it('restarts at once on request, even during a restart delay', async () => {
    const { supervisor, starts } = supervise('exec sleep 60');
    await supervisor.start();
    await supervisor.kill();
    await supervisor.restart();
    expect(starts).toHaveLength(2);
    await supervisor.restart();
    expect(starts).toHaveLength(3);
    expect(supervisor.pid).toBe(Number(starts[2]));
  });

  it('does not restart after a stop, nor after a death without `autoRestart`', async () => {
    const { supervisor, starts, nextLog } = supervise('exec sleep 60', { autoRestart: false });
    await supervisor.start();
    const died = nextLog();
    await supervisor.kill();
    await died;
    expect(supervisor.pid).toBeUndefined();
    expect(supervisor.isDown).toBe(true);
    await supervisor.restart();
    await supervisor.stop();
    expect(starts).toHaveLength(2);
    expect(supervisor.pid).toBeUndefined();
  });
});

describe('child', () => {
  it('is killed together with its descendants when it does not stop in time', async () => {
    const child = await Child.start({
      command: '/bin/sh',
      args: ['-c', 'trap "" TERM; echo up; sleep 60 & wait; wait'],
      env: { PATH: '/usr/bin:/bin' },
      stopTimeoutMs: 50,
    });
    await expect.poll(() => child.lastLines).toEqual(['up']);
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGKILL', forced: true });
  });

  it('keeps the last ten lines of output', async () => {
    const child = await Child.start({
      command: '/bin/sh',
      args: ['-c', 'seq 1 25'],
      env: { PATH: '/usr/bin:/bin' },
    });
    await child.exited;
    expect(child.lastLines).toEqual(Array.from({ length: 10 }, (_, index) => String(16 + index)));
  });

  it('rejects when the command does not exist', async () => {
    await expect(Child.start({ command: '/nowhere/to/be/found', args: [], env: {} })).rejects.toThrow(
      'ENOENT',
    );
  });
});
