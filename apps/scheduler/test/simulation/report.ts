import { faultsFor, type Judged, minutesOf, sumOf } from './judge.ts';
import type { Week } from './simulate.ts';

/** As a table of Markdown. */
export function toTable(judged: readonly Judged[]): string {
  const rows = judged.map(
    ({ property, bar, found, holds }) => `| ${property} | ${bar} | ${found} | ${holds ? 'yes' : '**no**'} |`,
  );
  return ['| Property | Bar | Found | Holds |', '|---|---|---|---|', ...rows].join('\n');
}

const WIDTH = 960;
const HEIGHT = 300;
const LEFT = 48;
const TOP = 16;
const BOTTOM = 40;
/** A point of the plot is the fullest and the emptiest minute of so many. */
const MINUTES = 12;

/** Calls a minute of all providers over the days, with the faults in grey. A plain SVG without scripts or fonts. */
export function drawWeek(week: Week): string {
  const sum = sumOf(week);
  const { mean } = minutesOf(sum, faultsFor(week));
  const top = Math.ceil((Math.max(...sum.subarray(1_440)) * 1.1) / 100) * 100;
  const x = (minute: number) => (LEFT + (minute / sum.length) * (WIDTH - LEFT - 8)).toFixed(1);
  const y = (calls: number) => (TOP + (1 - Math.min(calls, top) / top) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const upper: string[] = [];
  const lower: string[] = [];
  for (let minute = 0; minute < sum.length; minute += MINUTES) {
    const part = sum.subarray(minute, minute + MINUTES);
    upper.push(`${x(minute)},${y(Math.max(...part))}`);
    lower.unshift(`${x(minute)},${y(Math.min(...part))}`);
  }
  const faults = week.scenario.faults.map(({ name, fromMs, toMs, servers }) => {
    const [from, to] = [fromMs / 60_000, Math.max(toMs / 60_000, fromMs / 60_000 + 20)];
    const opacity = servers[0] === 'hub' ? 0.08 : 0.25;
    return `<rect x="${x(from)}" y="${TOP}" width="${(Number(x(to)) - Number(x(from))).toFixed(1)}" height="${HEIGHT - TOP - BOTTOM}" fill="#888" opacity="${opacity}"><title>${name}</title></rect>`;
  });
  const days = Array.from(
    { length: week.scenario.days },
    (_, day) => `<text x="${x(day * 1_440 + 720)}" y="${HEIGHT - 20}" text-anchor="middle">day ${day}</text>`,
  );
  const lines = [0, mean, 1.5 * mean].map(
    (calls) =>
      `<line x1="${LEFT}" x2="${WIDTH - 8}" y1="${y(calls)}" y2="${y(calls)}" stroke="#888" stroke-dasharray="${calls === 0 ? 'none' : '4 3'}"/><text x="${LEFT - 4}" y="${y(calls)}" text-anchor="end" dominant-baseline="middle">${Math.round(calls)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="11" role="img">
<title>Calls a minute to all providers in the simulated week</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>
${faults.join('\n')}
<polygon points="${[...upper, ...lower].join(' ')}" fill="#2a6f97" stroke="#2a6f97" stroke-width="0.5"/>
${lines.join('\n')}
${days.join('\n')}
<text x="${LEFT}" y="${HEIGHT - 4}">Calls a minute, the fullest and the emptiest of ${MINUTES} minutes each. Dashed: the mean and 1.5 times the mean. Grey: faults.</text>
</svg>
`;
}
