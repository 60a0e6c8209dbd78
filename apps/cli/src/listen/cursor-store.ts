import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeedFilter } from '@hookline/contracts';

/** Where a `listen` has come to. */
export interface StoredPosition {
  /** Undefined while the events of the past are being read from the API. */
  cursor: string | undefined;
  /** The last event before the position: to find missed events if the cursor is too old. */
  eventId: string | undefined;
  /** Events that were answered last, also those behind the position. */
  answered: readonly string[];
}

export interface CursorStore {
  read(): StoredPosition | undefined;
  write(position: StoredPosition): void;
  /**
   * Claims the position for this process. Two processes that write it would lose events of each other.
   * @returns what gives it back; undefined while another process that runs has it
   */
  claim(): (() => void) | undefined;
}

/**
 * The position of one feed, by the account and the filters. Written after each event, so that a process that is killed
 * repeats at most the events that were being sent.
 */
export function openCursorStore(
  folder: string,
  feed: { account: string; filters: readonly FeedFilter[] },
): CursorStore {
  const name = createHash('sha256').update(JSON.stringify(feed)).digest('hex').slice(0, 24);
  const path = join(folder, `${name}.json`);
  const lock = join(folder, `${name}.pid`);
  return {
    read() {
      try {
        return toPosition(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        // There is none yet. The file is replaced as a whole, so it is not half written.
        return undefined;
      }
    },
    write(position) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const aside = `${path}.${process.pid}.tmp`;
      writeFileSync(aside, `${JSON.stringify({ ...feed, ...position })}\n`, { mode: 0o600 });
      renameSync(aside, path);
    },
    claim() {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const holder = Number(readText(lock));
      if (holder !== process.pid && isRunning(holder)) return undefined;
      writeFileSync(lock, String(process.pid), { mode: 0o600 });
      return () => {
        if (readText(lock) === String(process.pid)) rmSync(lock, { force: true });
      };
    },
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function toPosition(value: Partial<Record<keyof StoredPosition, unknown>>): StoredPosition | undefined {
  const { cursor, eventId, answered } = value;
  if (typeof cursor !== 'string' && typeof eventId !== 'string') return undefined;
  return {
    cursor: typeof cursor === 'string' ? cursor : undefined,
    eventId: typeof eventId === 'string' ? eventId : undefined,
    answered: Array.isArray(answered) ? answered.filter((id) => typeof id === 'string') : [],
  };
}
