import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resources } from '../resources.ts';
import { privateBytesOf } from './process-usage.ts';

/** What a process needs after it has collected its garbage, in bytes. */
export interface LiveMemory {
  /** Objects on the JavaScript heap. */
  heapBytes: number;
  /** Buffers and other memory outside the heap that belongs to objects on it. */
  externalBytes: number;
  /** Resident memory that no other process shares. It contains both, and what the allocators keep. */
  residentBytes: number;
}

/**
 * Reads the memory of a process after a garbage collection. Without one, much of the memory of a process that has just
 * opened thousands of sockets is garbage of their handshakes, which V8 has no reason to collect yet.
 */
export interface MemoryProbe {
  /** The options of Node with which the process must be started. */
  readonly nodeOptions: readonly string[];
  /** Reads one process at a time. */
  read(pid: number): Promise<LiveMemory>;
}

const TIMEOUT_MS = 60_000;
/** V8 returns pages to the system in threads of its own. */
const RETURN_MS = 500;

export function createMemoryProbe(resources: Resources): MemoryProbe {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-bench-memory-'));
  resources.defer(async () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'memory.json');
  const reporter = new URL('../workers/report-memory.ts', import.meta.url);
  reporter.searchParams.set('file', file);

  return {
    nodeOptions: ['--expose-gc', `--import=${reporter.href}`],
    async read(pid) {
      rmSync(file, { force: true });
      process.kill(pid, 'SIGURG');
      const endMs = performance.now() + TIMEOUT_MS;
      let text = readIfThere(file);
      while (text === undefined) {
        if (performance.now() > endMs) throw new Error(`process ${pid} has not reported its memory`);
        await sleep(20);
        text = readIfThere(file);
      }
      await sleep(RETURN_MS);
      const reported = JSON.parse(text) as Omit<LiveMemory, 'residentBytes'>;
      return { ...reported, residentBytes: privateBytesOf(pid) };
    },
  };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
