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

/** Nothing can be written: the journal is full, its disk is, or its lock was lost. The message says which. */
export class JournalUnavailableError extends Error {
  override readonly name = 'JournalUnavailableError';
}

export interface JournaledEvent {
  /** Of the event that waits: the first one's where this is a repeat of it, which is not written again. */
  id: string;
  duplicate: boolean;
  /** Of a repeat that says something else than the first event. */
  otherContent?: OtherContent | undefined;
}

/**
 * Where events wait on this machine's disk while JetStream is away: appended and synced to disk before their senders
 * are answered, and taken out, oldest first, once JetStream has them.
 *
 * Segments are files that are only appended to; one is removed as a whole when all of it is stored. A crash in between
 * has some of it published again under the same ids, which JetStream and delivery recognise.
 */
export interface EventJournal {
  /**
   * Resolves when the event is on disk, or the first with its key that waits there. Events that come at the same time
   * share one sync.
   * @throws JournalUnavailableError
   */
  append(event: HooklineEvent): Promise<JournaledEvent>;
  /** Empties it, oldest first: gives `publish` a segment's events, and forgets the segment when it resolves. */
  replay(publish: (events: readonly HooklineEvent[]) => Promise<void>): Promise<void>;
  /** Keeps an event that JetStream will never take in a file of its own, `refused.records`, for a person to look at. */
  setAside(event: HooklineEvent): Promise<void>;
  /** Takes over what processes left that died. */
  adoptOrphans(): Promise<void>;
  readonly events: number;
  readonly bytes: number;
  /** Why nothing can be appended; undefined if it can. */
  readonly problem: string | undefined;
  close(): Promise<void>;
}

export interface EventJournalOptions {
  /** May be shared by replicas on one machine, and must outlive them. */
  directory: string;
  /** Of all records; beyond it nothing more is taken. */
  maxBytes: number;
  logger: Logger;
}

/** A new segment is begun after this: what is read at once to be replayed. */
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
    logger.error({ err: error }, 'the journal is given up until the next start: its lock was lost');
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
    lost ?? diskProblem ?? (bytes() >= maxBytes ? `its ${maxBytes} bytes are used up` : undefined);

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
    // In one go: in between its events would not be counted, and the journal would be said to be empty.
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
        diskProblem = `its disk refuses to be written: ${(error as Error).message}`;
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
      // A half-written record would hide what is appended behind it.
      await file.truncate(end).catch(() => {
        lost = 'a broken record could not be removed';
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
