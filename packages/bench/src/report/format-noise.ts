import type { MachineLoad } from '../measure/machine-load.ts';
import { formatPercent } from './format-numbers.ts';

const QUIET_CORES = 0.25;
const QUIET_STEAL = 0.03;

/** A warning if other processes used the machine; otherwise empty. */
export function formatNoise(loads: readonly MachineLoad[]): string {
  const cores = Math.max(...loads.map(({ coresOfOthers }) => coresOfOthers));
  const steal = Math.max(...loads.map((load) => load.steal));
  if (cores < QUIET_CORES && steal < QUIET_STEAL) return '';
  return `
  The machine was shared: other processes kept up to ${cores.toFixed(2)} cores busy, and the host took up to ${formatPercent(steal)}.
  That slows Hookline's side more, because it has more processes: single ratios may be too high or too low, and the median
  tends to be too low. Ratios per CPU second are more reliable.
`;
}
