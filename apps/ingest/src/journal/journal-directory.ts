import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/** A directory of segments that this process alone writes and empties. */
export interface JournalDirectory {
  readonly path: string;
  /** Names of its segments, the oldest first. */
  list(): Promise<string[]>;
  /** Takes over the segments of processes that died. Exactly one process gets each of them. */
  adoptOrphans(): Promise<number>;
  release(): Promise<void>;
}

/** More slots than one machine has replicas. */
const MAX_SLOTS = 64;
/** The process of a lock that was not renewed for this long is dead or was stopped for that long. */
const STALE_MS = 15_000;

/**
 * Replicas on one machine may use the same directory: each takes the first free slot in it.
 * @param onLost called when the lock is lost (the process was stopped for longer than STALE_MS): nothing more may be
 *   written
 * @throws when the directory cannot be written
 */
export async function openJournalDirectory(
  root: string,
  onLost: (error: Error) => void,
): Promise<JournalDirectory> {
  const slotPath = (slot: number) => join(root, String(slot).padStart(2, '0'));

  async function tryLock(path: string, onCompromised: (error: Error) => void) {
    try {
      return await lock(path, { stale: STALE_MS, update: STALE_MS / 5, realpath: false, onCompromised });
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ELOCKED') return undefined;
      throw error;
    }
  }

  for (let slot = 0; slot < MAX_SLOTS; slot++) {
    const path = slotPath(slot);
    await mkdir(path, { recursive: true });
    const unlock = await tryLock(path, onLost);
    if (!unlock) continue;
    return {
      path,
      list: () => listSegments(path),
      async adoptOrphans() {
        let adopted = 0;
        for (let other = 0; other < MAX_SLOTS; other++) {
          const from = slotPath(other);
          if (other === slot || (await listSegments(from)).length === 0) continue;
          const unlockOther = await tryLock(from, () => {});
          if (!unlockOther) continue;
          for (const name of await listSegments(from)) {
            await rename(join(from, name), join(path, name));
            adopted++;
          }
          await syncDirectory(path);
          await unlockOther().catch(() => {});
        }
        return adopted;
      },
      release: () => unlock().catch(() => {}),
    };
  }
  throw new Error(`all ${MAX_SLOTS} slots of the journal in ${root} are in use`);
}

/** Begins with the time, so that the segments of all slots sort by age, and is unique. */
export function newSegmentName(nowMs: number): string {
  return `${String(nowMs).padStart(14, '0')}-${randomBytes(5).toString('hex')}.journal`;
}

async function listSegments(path: string): Promise<string[]> {
  try {
    return (await readdir(path)).filter((name) => name.endsWith('.journal')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A file's name is on disk only after its directory is synced. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
