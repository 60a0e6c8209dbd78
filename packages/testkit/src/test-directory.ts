import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'hookline-test-';

/** A directory for one server's data. Its name contains the id of this process, so that a later run can identify it. */
export function makeTestDirectory(purpose: string): string {
  const dir = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-${purpose}-`));
  // If the tests run as root, Postgres runs as another user, who must be able to enter the directory.
  chmodSync(dir, 0o711);
  return dir;
}

export function removeTestDirectory(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

/** Removes the directories of runs that were killed. */
export function removeAbandonedDirectories(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? 0);
    if (pid === 0 || isRunning(pid)) continue;
    try {
      removeTestDirectory(join(tmpdir(), name));
    } catch {
      // The directory belongs to another user.
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
