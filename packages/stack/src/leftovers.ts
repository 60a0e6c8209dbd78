import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Log, say } from './log.ts';
import { readLivePid, removePidFile } from './pid-file.ts';

const STOP_TIMEOUT_MS = 25_000;
const POLL_MS = 50;
/** The servers are stopped last, because services need them to finish their work. */
const servers = ['nats', 'postgres'];

/**
 * Stops the processes that an earlier run of this home left behind when it was SIGKILLed. `<home>/run/*.pid` names them.
 * A pid that now belongs to another process is left alone.
 */
export async function stopLeftovers(runDir: string, log: Log): Promise<void> {
  if (!existsSync(runDir)) return;
  const names = readdirSync(runDir)
    .filter((file) => file.endsWith('.pid') && file !== STACK_PID_FILE)
    .map((file) => file.slice(0, -'.pid'.length));
  await Promise.all(
    names.filter((name) => !servers.includes(name)).map((name) => stopLeftover(runDir, name, log)),
  );
  for (const server of servers.filter((name) => names.includes(name)))
    await stopLeftover(runDir, server, log);
}

/** The file with the pid of the process that runs the whole stack. */
export const STACK_PID_FILE = 'stack.pid';

async function stopLeftover(runDir: string, name: string, log: Log): Promise<void> {
  const file = join(runDir, `${name}.pid`);
  const pid = readLivePid(file);
  if (pid !== undefined) {
    say(log, name, `stopping process ${pid}, left by an earlier run that was killed`, 'warn');
    // On SIGTERM, Postgres waits until the last client has disconnected.
    trySignal(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
    const deadline = performance.now() + STOP_TIMEOUT_MS;
    while (readLivePid(file) === pid) {
      if (performance.now() > deadline) trySignal(pid, 'SIGKILL');
      await delay(POLL_MS);
    }
  }
  removePidFile(file);
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}
