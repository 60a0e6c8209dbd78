import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks a second of the times in /proc; 100 on every Linux that we know of, and asked all the same. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Stat {
  parent: number;
  ownTicks: number;
  /** Of children that have ended and were waited for. */
  endedChildrenTicks: number;
}

/** The fields after the name, which is in parentheses and may hold anything: see proc_pid_stat(5). */
export function parseStat(text: string): Stat {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (field: number) => fields[field - 3] ?? 0;
  return { parent: at(4), ownTicks: at(14) + at(15), endedChildrenTicks: at(16) + at(17) };
}

function readStat(pid: number | string): Stat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    // It has ended.
    return undefined;
  }
}

/** User and system time that a process has taken so far, in seconds. */
export function cpuSecondsOf(pid: number): number {
  return (readStat(pid)?.ownTicks ?? 0) / ticksPerSecond;
}

/**
 * The same for a process and its children, those that have ended included: Postgres, whose work is done by a process
 * for each connection.
 */
export function cpuSecondsOfFamily(pid: number): number {
  const parent = readStat(pid);
  if (!parent) return 0;
  let ticks = parent.ownTicks + parent.endedChildrenTicks;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = readStat(name);
    if (stat?.parent === pid) ticks += stat.ownTicks;
  }
  return ticks / ticksPerSecond;
}

/** The most memory that a process has held at once since it began, in bytes. */
export function peakMemoryBytesOf(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}
