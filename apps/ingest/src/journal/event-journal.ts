import { type FileHandle, open, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { HooklineEvent } from '@hookline/contracts';
import type { Logger } from '@hookline/service';
import { compareContent, contentOf, type OtherContent } from '../events/event-content.ts';
import {
  type JournalDirectory,
  newSegmentName,
  openJournalDirectory,
  syncDirectory,
} from './journal-directory.ts';
import { decodeRecords, encodeRecord } from './journal-records.ts';
import { createPendingKeys } from './pending-keys.ts';

/**
 * The journal cannot be written: it is full, its disk is full, or its lock was lost. The message says which.
 */
export class JournalUnavailableError extends Error {
  override readonly name = 'JournalUnavailableError';
}

export interface JournaledEvent {
  /** Id of the waiting event: the first event's if this is a repeat, which is not written again. */
  id: string;
  duplicate: boolean;
  /** Only for a repeat with other content than the first event. */
  otherContent?: OtherContent | undefined;
}

/**
 * Files on this machine's disk in which events wait while JetStream is unavailable. Events are appended and synced
 * before their senders are answered, and removed, oldest first, after JetStream has stored them. A segment is an
 * append-only file, and is removed as a whole when all its events are stored. After a crash in between, some events
 * are published again under the same ids; JetStream and delivery recognise them.
 */
export interface EventJournal {
  /**
   * Resolves when the event, or the first event with its key, is on disk. Events that arrive at the same time share
   * one sync.
   * @throws JournalUnavailableError
   */
  append(event: HooklineEvent): Promise<JournaledEvent>;
  /**
   * Empties the journal, oldest first: passes a segment's events to `publish`, and removes the segment when it
   * resolves.
   */
  replay(publish: (events: readonly HooklineEvent[]) => Promise<void>): Promise<void>;
  /**
   * Stores an event that JetStream will never accept in a separate file, `refused.records`, for a person to examine.
   */
  setAside(event: HooklineEvent): Promise<void>;
  /** Takes over the segments of processes that died. */
  adoptOrphans(): Promise<void>;
  readonly events: number;
  readonly bytes: number;
  /** Why nothing can be appended. Undefined: the journal can be written. */
  readonly problem: string | undefined;
  close(): Promise<void>;
}

export interface EventJournalOptions {
  /** May be shared by replicas on one machine. Must outlive them. */
  directory: string;
  /** Limit of all records; beyond it no event is accepted. */
  maxBytes: number;
  logger: Logger;
}

/** Size at which a new segment begins. A replay reads one segment at a time. */
const SEGMENT_BYTES = 16 * 1024 * 1024;

interface Segment {
  name: string;
  events: number;
  bytes: number;
}

interface Waiting {
  event: HooklineEvent;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** @throws when the directory cannot be used */
export async function openEventJournal(options: EventJournalOptions): Promise<EventJournal> {
  const { logger, maxBytes } = options;
  let lost: string | undefined;
  const directory = await openJournalDirectory(options.directory, (error) => {
    lost = 'the lock of its directory was lost';
    logger.error({ err: error }, 'the journal is closed until the next start: its lock was lost');
  });

  let closed: Segment[] = [];
  let active: (Segment & { file: FileHandle }) | undefined;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;
  let diskProblem: string | undefined;
  let waitingBytes = 0;
  const keys = createPendingKeys();

  const bytes = () => sum(closed, 'bytes') + (active?.bytes ?? 0);
  const problem = () =>
    lost ?? diskProblem ?? (bytes() >= maxBytes ? `the limit of ${maxBytes} bytes is reached` : undefined);

  /** Segments that are not counted yet. */
  async function countSegments(): Promise<void> {
    const known = new Set([...closed.map(({ name }) => name), active?.name]);
    for (const name of await directory.list()) {
      if (known.has(name)) continue;
      const { events, tornBytes } = await readSegment(directory, name);
      const { size } = await stat(join(directory.path, name));
      if (tornBytes > 0) {
        logger.warn({ segment: name, tornBytes }, 'the end of a journal segment was cut off by a crash');
      }
      for (const event of events) keys.add(event, Promise.resolve());
      closed.push({ name, events: events.length, bytes: size });
    }
    closed.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async function openSegment(): Promise<Segment & { file: FileHandle }> {
    const name = newSegmentName(Date.now());
    const file = await open(join(directory.path, name), 'ax');
    await syncDirectory(directory.path);
    return { name, file, events: 0, bytes: 0 };
  }

  async function closeSegment(): Promise<void> {
    if (!active) return;
    const { file, ...segment } = active;
    active = undefined;
    // In one step: between two steps its events would not be counted, and the journal would seem to be empty.
    if (segment.events > 0) closed.push(segment);
    await file.close();
    if (segment.events === 0) await unlink(join(directory.path, segment.name));
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      waitingBytes = 0;
      try {
        await write(batch.map(({ event }) => event));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        diskProblem = `its disk cannot be written: ${(error as Error).message}`;
        logger.error({ err: error }, 'the journal cannot be written');
        const unavailable = new JournalUnavailableError(diskProblem, { cause: error });
        keys.forget(batch.map(({ event }) => event));
        for (const { reject } of batch) reject(unavailable);
      }
    }
  }

  async function write(events: readonly HooklineEvent[]): Promise<void> {
    if (active && active.bytes >= SEGMENT_BYTES) await closeSegment();
    active ??= await openSegment();
    const { file, bytes: end } = active;
    const pieces = events.flatMap(encodeRecord);
    const length = pieces.reduce((total, piece) => total + piece.length, 0);
    try {
      const { bytesWritten } = await file.writev(pieces, end);
      if (bytesWritten !== length) throw new Error(`${bytesWritten} of ${length} bytes were written`);
      await file.datasync();
    } catch (error) {
      // A half-written record would hide the records after it.
      await file.truncate(end).catch(() => {
        lost = 'could not remove a broken record';
      });
      throw error;
    }
    active.events += events.length;
    active.bytes += length;
    diskProblem = undefined;
  }

  await directory.adoptOrphans();
  await countSegments();

  return {
    async append(event) {
      const first = keys.find(event);
      if (first) {
        await first.written;
        const otherContent = compareContent(first.content, contentOf(event));
        return { id: first.id, duplicate: true, otherContent };
      }
      const size = event.payload.length + (event.request?.length ?? 0);
      const why =
        lost ?? (bytes() + waitingBytes + size > maxBytes ? (problem() ?? 'it is full') : undefined);
      if (why !== undefined) throw new JournalUnavailableError(why);
      waitingBytes += size;
      const written = new Promise<void>((resolve, reject) => {
        waiting.push({ event, resolve, reject });
      });
      keys.add(event, written);
      writing ??= writeAll().finally(() => {
        writing = undefined;
      });
      await written;
      return { id: event.attributes.id, duplicate: false };
    },
    async replay(publish) {
      for (;;) {
        if (closed.length === 0) {
          if (!active || active.events === 0 || writing !== undefined) return;
          await closeSegment();
          continue;
        }
        const [segment] = closed as [Segment];
        const { events } = await readSegment(directory, segment.name);
        await publish(events);
        await unlink(join(directory.path, segment.name));
        closed = closed.filter((other) => other !== segment);
        keys.forget(events);
      }
    },
    async setAside(event) {
      const file = await open(join(directory.path, 'refused.records'), 'a');
      try {
        await file.writev(encodeRecord(event));
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    async adoptOrphans() {
      if (lost === undefined && (await directory.adoptOrphans()) > 0) await countSegments();
    },
    get events() {
      return sum(closed, 'events') + (active?.events ?? 0);
    },
    get bytes() {
      return bytes();
    },
    get problem() {
      return problem();
    },
    async close() {
      await writing;
      await closeSegment();
      await directory.release();
    },
  };
}

async function readSegment(directory: JournalDirectory, name: string) {
  return decodeRecords(await readFile(join(directory.path, name)));
}

function sum(segments: readonly Segment[], member: 'events' | 'bytes'): number {
  return segments.reduce((total, segment) => total + segment[member], 0);
}
