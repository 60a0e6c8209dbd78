import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULTS_OF_THE_WEEK } from './faults.ts';
import { judgeWeek } from './judge.ts';
import { PLATFORMS } from './population.ts';
import { drawWeek, toTable } from './report.ts';
import { PRODUCT_RULES } from './rules.ts';
import { simulate } from './simulate.ts';

// `npm run simulate`: a week of 10,000 connections in virtual time, after a day on which all are connected.

const draw = Number(process.argv[2] ?? 1);
const started = performance.now();
// The clocks of Los Angeles change in this week.
const startMs = Date.parse('2026-10-28T00:00:00Z');
const week = simulate(
  { connections: 10_000, platforms: PLATFORMS, startMs, days: 8, faults: FAULTS_OF_THE_WEEK, draw },
  PRODUCT_RULES,
);
const judged = judgeWeek(week);
console.log(toTable(judged));
const seconds = (performance.now() - started) / 1_000;
console.log(
  `\n${week.totals.calls.toLocaleString('en')} calls, ${week.totals.runs.toLocaleString('en')} runs of tasks, ` +
    `${week.refreshes.succeeded.toLocaleString('en')} refreshes; draw ${draw}, ${seconds.toFixed(0)} s`,
);
const file = join(import.meta.dirname, '../../../../docs/images/simulated-week.svg');
writeFileSync(file, drawWeek(week));
console.log('The plot is in docs/images/simulated-week.svg');
if (judged.some(({ holds }) => !holds)) process.exitCode = 1;
