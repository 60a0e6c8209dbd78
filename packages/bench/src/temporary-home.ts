import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'hookline-bench-';

/**
 * Creates a home for one run. Its name contains the pid, so that a later run can tell whether the process still runs.
 * @param usualHome the home whose tools are used, so that nats-server is downloaded only once
 */
export function makeTemporaryHome(usualHome: string): string {
  const home = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  // For root, Postgres runs as another user, who must be able to enter the directory.
  chmodSync(home, 0o711);
  const tools = join(usualHome, 'tools');
  mkdirSync(tools, { recursive: true });
  symlinkSync(tools, join(home, 'tools'));
  return home;
}

export function removeTemporaryHome(home: string): void {
  rmSync(home, { recursive: true, force: true });
}

/** Removes the homes of runs that were killed. */
export function removeAbandonedHomes(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    try {
      removeTemporaryHome(join(tmpdir(), name));
    } catch {
      // The directory belongs to another user.
    }
  }
}
