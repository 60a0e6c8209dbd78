import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { processIdentity } from './process-identity.ts';

/** `<home>/run/<name>.pid`: the process, and what proves that the pid still means it. */
interface PidRecord {
  pid: number;
  identity: string;
}

export function writePidFile(path: string, pid: number): void {
  writeFileSync(path, `${JSON.stringify(recordOf(pid))}\n`);
}

/** The pid in the file if that very process still runs; a reused pid, a dead process and a torn file give undefined. */
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
 * Makes this process the file's only holder. Returns undefined when it is, else the pid of the live holder.
 * The file appears complete (written aside, then linked), so that another process never reads half of it.
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

/** Moves the dead holder's file away; puts it back if a live one got in between the look and the move. */
function discardStale(path: string): void {
  const moved = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, moved);
    if (readLivePid(moved) !== undefined) linkSync(moved, path);
  } catch {
    // Another process was quicker; the caller looks again.
  } finally {
    rmSync(moved, { force: true });
  }
}

function recordOf(pid: number): PidRecord {
  return { pid, identity: processIdentity(pid) ?? '' };
}
