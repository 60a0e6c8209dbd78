import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks per second of the times in /proc: 100 on nearly every Linux. */
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

interface Stat {
  parent: number;
  ownTicks: number;
  /** CPU seconds of children that have ended and whose status was read. */
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
    // The process has ended.
    return undefined;
  }
}

/** User and system CPU time of a process so far, in seconds. */
export function cpuSecondsOf(pid: number): number {
  return (readStat(pid)?.ownTicks ?? 0) / ticksPerSecond;
}

/**
 * CPU time of a process and its children, including children that have ended. Used for Postgres, which has a process for
 * each connection.
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

/** The resident memory of a process that no other process shares, in bytes. */
export function privateBytesOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  let kilobytes = 0;
  for (const [, value] of text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)) kilobytes += Number(value);
  return kilobytes * 1024;
}

/** The peak resident memory of a process since its start, in bytes. */
export function peakMemoryBytesOf(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0) * 1024;
}
