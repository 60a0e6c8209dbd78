import { expect, test } from 'vitest';
import {
  createEventTypeMatcher,
  matchesEventType,
  nameOfPattern,
  namesOfEventType,
  typesOfPattern,
} from './event-type-pattern.ts';

test('a pattern matches the type that it names and everything below it, with and without the asterisk', () => {
  for (const end of ['', '.*']) {
    expect(matchesEventType(`github.workflow_job${end}`, 'github.workflow_job')).toBe(true);
    expect(matchesEventType(`github.workflow_job${end}`, 'github.workflow_job.completed')).toBe(true);
    expect(matchesEventType(`github.workflow_job${end}`, 'github.workflow_jobs')).toBe(false);
    expect(matchesEventType(`github.workflow_job${end}`, 'github.workflow_run.completed')).toBe(false);
    expect(matchesEventType(`github.push${end}`, 'github.push')).toBe(true);
    expect(matchesEventType(`github${end}`, 'github.push')).toBe(true);
    expect(matchesEventType(`github${end}`, 'githubber.push')).toBe(false);
    expect(matchesEventType(`github.push.x${end}`, 'github.push')).toBe(false);
  }
  expect(matchesEventType('*', 'github.push')).toBe(true);
});

test('a name of one part also matches the GitHub event of that name', () => {
  expect(matchesEventType('workflow_job', 'github.workflow_job')).toBe(true);
  expect(matchesEventType('workflow_job', 'github.workflow_job.completed')).toBe(true);
  expect(matchesEventType('workflow_job.*', 'github.workflow_job.completed')).toBe(true);
  expect(matchesEventType('push', 'github.push')).toBe(true);
  expect(matchesEventType('workflow_job', 'workflow_job.queued')).toBe(true);
  expect(matchesEventType('workflow_job', 'gitlab.workflow_job')).toBe(false);
  expect(matchesEventType('workflow_job', 'github.workflow_jobs')).toBe(false);
  expect(matchesEventType('workflow_job.completed', 'github.workflow_job.completed')).toBe(false);
  expect(matchesEventType('completed', 'github.workflow_job.completed')).toBe(false);
});

/** Few names, so that patterns often match types. */
const PARTS = ['github', 'push', 'a', 'ab'];
const below = (types: readonly string[]) => types.flatMap((type) => PARTS.map((part) => `${type}.${part}`));
const TYPES = [...PARTS, ...below(PARTS), ...below(below(PARTS))];
const PATTERNS = ['*', ...TYPES, ...TYPES.map((type) => `${type}.*`)];

const isBelow = (type: string, top: string) => type === top || type.startsWith(`${top}.`);

/** The rule, written again without optimizations. */
function isMeant(pattern: string, type: string): boolean {
  if (pattern === '*') return true;
  const name = pattern.replace('.*', '');
  return isBelow(type, name) || (!name.includes('.') && isBelow(type, `github.${name}`));
}

test('a matcher, the look-up by names and the list of types follow the same rule', () => {
  for (const pattern of PATTERNS) {
    const matcher = createEventTypeMatcher([pattern]);
    const types = typesOfPattern(pattern);
    for (const type of TYPES) {
      const expected = isMeant(pattern, type);
      const names = namesOfEventType(type);
      const found = {
        matches: matcher.matches(type),
        matchesAny: matcher.matchesAny(names),
        single: matchesEventType(pattern, type),
        byName: names.includes(nameOfPattern(pattern)),
        byList: types.length === 0 || types.some((top) => isBelow(type, top)),
      };
      if (new Set([expected, ...Object.values(found)]).size > 1)
        expect({ pattern, type, ...found }).toEqual({ pattern, type, expected });
    }
  }
});

test('a matcher of several patterns matches a type that any of them matches', () => {
  const matcher = createEventTypeMatcher(['project.created', 'push']);
  expect(matcher.matches('github.push')).toBe(true);
  expect(matcher.matches('project.created')).toBe(true);
  expect(matcher.matches('project.deleted')).toBe(false);
  expect(createEventTypeMatcher([]).matches('a')).toBe(false);
});
