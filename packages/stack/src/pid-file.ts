import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from './process-identity.ts';

/** `<home>/run/<name>.pid`: the pid, and the identity that proves that the pid still belongs to the same process. */
interface PidRecord {
  pid: number;
  identity: string;
}

export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, `${JSON.stringify(recordOf(pid))}\n`);
}

/** The pid in the file if the same process is still running. Undefined if it has ended or the file is incomplete. */
export function readLivePid(path: string): number | undefined {
  try {
    const { pid, identity } = JSON.parse(readFileSync(path, 'utf8')) as PidRecord;
    return processIdentity(pid) === identity ? pid : undefined;
  } catch {
    return undefined;
  }
}

export function removePidFile(path: string): void {
  rmSync(path, { force: true });
}

/**
 * Makes this process the file's only holder. Returns undefined on success, otherwise the pid of the live holder. The
 * file is written under another name and then linked, so that another process never reads an incomplete file.
 */
export function claimPidFile(path: string): number | undefined {
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify(recordOf(process.pid))}\n`);
  try {
    for (;;) {
      try {
        linkSync(aside, path);
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readLivePid(path);
      if (holder !== undefined) return holder;
      discardStale(path);
    }
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Moves a dead holder's file away. Moves the file back if a live process has claimed it since it was read. */
function discardStale(path: string): void {
  const moved = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, moved);
    if (readLivePid(moved) !== undefined) linkSync(moved, path);
  } catch {
    // Another process has already moved the file. The caller tries again.
  } finally {
    rmSync(moved, { force: true });
  }
}

function recordOf(pid: number): PidRecord {
  return { pid, identity: processIdentity(pid) ?? '' };
}
