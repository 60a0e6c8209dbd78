import { expect, test } from 'vitest';
import { matchesEventType, patternsMatching } from './event-type-pattern.ts';

test('a wildcard matches everything below its prefix and nothing else', () => {
  expect(matchesEventType('*', 'github.push')).toBe(true);
  expect(matchesEventType('github.*', 'github.push')).toBe(true);
  expect(matchesEventType('github.*', 'github.workflow_job.completed')).toBe(true);
  expect(matchesEventType('github.*', 'github')).toBe(false);
  expect(matchesEventType('github.*', 'githubber.push')).toBe(false);
  expect(matchesEventType('github.push', 'github.push')).toBe(true);
  expect(matchesEventType('github.push', 'github.push.x')).toBe(false);
});

test('patternsMatching lists exactly the patterns that match', () => {
  const type = 'github.workflow_job.completed';
  const patterns = patternsMatching(type);
  expect(patterns).toEqual(['*', 'github.*', 'github.workflow_job.*', type]);
  for (const pattern of patterns) expect(matchesEventType(pattern, type)).toBe(true);
});
