/**
 * Checks that every regular expression of the source takes linear time in the length of its text, because the text may be
 * a stranger's and blocks the event loop. recheck decides each expression. The few that are not linear are listed in
 * regexes/bounded-regexes.json with the largest length of their text.
 */
import { globSync, readFileSync } from 'node:fs';
import { decideRegexes } from './regexes/decide-regexes.ts';
import { type FoundRegex, findRegexes } from './regexes/find-regexes.ts';
import { recordRegexes } from './regexes/record-regexes.ts';
import { readLinearRegexes, writeLinearRegexes } from './regexes/verdict-cache.ts';

/** A regular expression that is not linear, but is used only on short texts. */
interface BoundedRegex {
  /** `/…/flags` */
  regex: string;
  file: string;
  /** The largest length of the text, in characters. */
  maxInputLength: number;
  /** The code or rule that limits the length. */
  boundedBy: string;
}

const LIST = 'scripts/regexes/bounded-regexes.json';
/** A quadratic expression takes about 10 ms for a text of this length. */
const MAX_BOUND = 5_000;
/** Loads every definition of a provider. */
const REGISTRY = 'packages/providers/src/index.ts';

const paths = globSync(['apps/*/src/**/*.ts', 'packages/*/src/**/*.ts'])
  .filter((path) => !path.includes('node_modules') && !path.endsWith('.test.ts'))
  // The end-to-end tests read only answers of Hookline itself.
  .filter((path) => !path.startsWith('packages/e2e/'))
  .sort();
const { regexes, unresolved } = findRegexes(paths);
const fileOf = (at: string) => at.slice(0, at.lastIndexOf(':'));
const made = await recordRegexes([REGISTRY, ...new Set(unresolved.map(fileOf))]);
const bounded = JSON.parse(readFileSync(LIST, 'utf8')) as BoundedRegex[];

const places = new Map<string, FoundRegex[]>();
for (const found of [...regexes, ...made]) {
  const text = `/${found.source}/${found.flags}`;
  places.set(text, [...(places.get(text) ?? []), found]);
}
const problems: string[] = [];
const recorded = new Set(made.map(({ at }) => at));
for (const at of unresolved) {
  if (!recorded.has(at))
    problems.push(`${at}: is built at run time and can't be checked: build it from constants, or remove it`);
}

const linear = readLinearRegexes();
const distinct = [...places].filter(([regex]) => !linear.has(regex));
const verdicts = await decideRegexes(distinct.map(([, [first]]) => first as FoundRegex));
const used = new Set<BoundedRegex>();
for (const [index, [regex, found]] of distinct.entries()) {
  const problem = verdicts[index]?.problem;
  if (problem === undefined) {
    linear.add(regex);
    continue;
  }
  for (const { at } of found) {
    const allowed = bounded.find((each) => each.regex === regex && each.file === fileOf(at));
    if (allowed === undefined) problems.push(`${at}: ${regex} is not linear: ${problem}`);
    else used.add(allowed);
  }
}
writeLinearRegexes(linear);
for (const entry of bounded) {
  if (!used.has(entry))
    problems.push(`${LIST}: ${entry.regex} of ${entry.file} is no longer needed: remove the entry`);
  if (!(entry.maxInputLength <= MAX_BOUND))
    problems.push(
      `${LIST}: ${entry.regex} has too large a bound: at most ${MAX_BOUND} characters are allowed`,
    );
}

for (const problem of problems) console.error(problem);
console.log(
  `${places.size} regular expressions in ${paths.length} files: ${problems.length === 0 ? 'all take linear time' : `${problems.length} problems`}.`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
