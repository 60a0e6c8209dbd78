import type { HotFunction, ProfileSummary } from '../measure/summarize-profile.ts';
import { formatPercent } from './format-numbers.ts';
import { formatTable } from './format-table.ts';

export function formatProfile(service: string, profile: ProfileSummary): string {
  const { busyMs, idleMs } = profile;
  return `
Where the thread of ${service} spends its time while it is under full load (${formatPercent(busyMs / (busyMs + idleMs))} busy, ${(busyMs / 1_000).toFixed(1)} s sampled)

The 25 hottest functions, by the time spent in themselves
${formatFunctions(profile.hottest)}

By package, the same time
${formatFunctions(profile.byPackage)}

By the nearest function of our own on the stack: what our code costs, libraries and native code included
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
