import { accessSync, chmodSync, constants, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'hookline-test-';
/** On Linux a file system in memory. */
const MEMORY = '/dev/shm';
/** The databases and streams of a run need less than half of this. */
const NEEDED_BYTES = 4 * 1024 ** 3;

/**
 * The directory for the data of test servers: in memory, if there is enough. A clone of a database has a thousand files,
 * which takes a tenth of the CPU time there. The data outlives a killed server in both places.
 */
function findRoot(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return Math.min(bavail * bsize, freemem()) >= NEEDED_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}

/** A directory for one server's data. Its name contains the id of this process, so that a later run can identify it. */
export function makeTestDirectory(purpose: string): string {
  const dir = mkdtempSync(join(findRoot(), `${PREFIX}${process.pid}-${purpose}-`));
  // If the tests run as root, Postgres runs as another user, who must be able to enter the directory.
  chmodSync(dir, 0o711);
  return dir;
}

export function removeTestDirectory(dir: string): void {
  rmSync(dir, { recursive: true, force: true });
}

/** Removes the directories of runs that were killed. */
export function removeAbandonedDirectories(): void {
  for (const root of new Set([tmpdir(), findRoot()])) {
    for (const name of readdirSync(root)) {
      const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? 0);
      if (pid === 0 || isRunning(pid)) continue;
      try {
        removeTestDirectory(join(root, name));
      } catch {
        // The directory belongs to another user.
      }
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
