import type { MachineLoad } from '../measure/machine-load.ts';
import { formatPercent } from './format-numbers.ts';

const QUIET_CORES = 0.25;
const QUIET_STEAL = 0.03;

/** A warning where the machine was not ours alone; empty where it was. */
export function formatNoise(loads: readonly MachineLoad[]): string {
  const cores = Math.max(...loads.map(({ coresOfOthers }) => coresOfOthers));
  const steal = Math.max(...loads.map((load) => load.steal));
  if (cores < QUIET_CORES && steal < QUIET_STEAL) return '';
  return `
  The machine was shared: neighbours kept up to ${cores.toFixed(2)} cores busy, and the host took up to ${formatPercent(steal)}.
  The side with more processes suffers more from that, which is ours: single ratios are off either way, and the median tends
  to be too low. Ratios for each CPU second hold better.
`;
}
