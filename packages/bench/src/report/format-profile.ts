import type { HotFunction, ProfileSummary } from '../measure/summarize-profile.ts';
import { formatPercent } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

export function formatProfile(service: string, profile: ProfileSummary): string {
  const { busyMs, idleMs } = profile;
  return `
CPU time of the main thread of ${service} under full load (${formatPercent(busyMs / (busyMs + idleMs))} busy, ${(busyMs / 1_000).toFixed(1)} s sampled)

The 25 functions with the most self time
${formatFunctions(profile.hottest)}

Self time by package
${formatFunctions(profile.byPackage)}

By the nearest Hookline function on the stack, including the libraries and native code that it calls
${formatFunctions(profile.byOwnFunction)}
`;
}

function formatFunctions(functions: readonly HotFunction[]): string {
  return formatTable(
    ['function', 'share', 'ms'],
    functions.map(({ name, place, ms, share }) => [
      place === '' ? name : `${name}  ${place}`,
      formatPercent(share),
      ms.toFixed(0),
    ]),
  );
}
