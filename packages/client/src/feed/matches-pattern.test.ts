import { matchesEventType } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { matchesPattern } from './matches-pattern.ts';

/** Few names, so that patterns often match types. */
const PARTS = ['github', 'push', 'a', 'ab'];
const below = (types: readonly string[]) => types.flatMap((type) => PARTS.map((part) => `${type}.${part}`));
const TYPES = [...PARTS, ...below(PARTS), ...below(below(PARTS))];
const PATTERNS = ['*', ...TYPES, ...TYPES.map((type) => `${type}.*`)];

test('a listener gets the types that an endpoint with its pattern gets', () => {
  for (const pattern of PATTERNS) {
    const matched = TYPES.filter((type) => matchesPattern(pattern, type));
    expect([pattern, matched]).toEqual([pattern, TYPES.filter((type) => matchesEventType(pattern, type))]);
  }
});
