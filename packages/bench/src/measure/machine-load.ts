import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';

interface CpuTimes {
  busy: number;
  steal: number;
  total: number;
}

export interface MachineLoad {
  /** The one-minute load average at the end. */
  loadAverage: number;
  /** The number of cores that processes outside the measurement kept busy. */
  coresOfOthers: number;
  /** Share of the time that the host gave to other machines while this one wanted it. */
  steal: number;
}

function readCpuTimes(): CpuTimes {
  const fields = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.split(/\s+/).slice(1, 9).map(Number);
  const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, irq = 0, softIrq = 0, steal = 0] =
    fields ?? [];
  const busy = user + nice + system + irq + softIrq;
  return { busy, steal, total: busy + idle + waiting + steal };
}

/** Starts measuring the machine's other load. Call the returned function at the end, with the bench's CPU seconds. */
export function watchMachine(cores: number): (ourCpuSeconds: number) => MachineLoad {
  const before = readCpuTimes();
  const startedAt = performance.now();
  return (ourCpuSeconds) => {
    const after = readCpuTimes();
    const elapsedSeconds = (performance.now() - startedAt) / 1_000;
    const total = Math.max(1, after.total - before.total);
    const busyCores = ((after.busy - before.busy) / total) * cores;
    return {
      loadAverage: loadavg()[0] ?? 0,
      coresOfOthers: Math.max(0, busyCores - ourCpuSeconds / elapsedSeconds),
      steal: (after.steal - before.steal) / total,
    };
  };
}
