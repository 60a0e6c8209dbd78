import { expect, it } from 'vitest';
import { isAtLeast } from './connect-bus.ts';

it.each([
  ['2.9.10', [2, 10], false],
  ['2.9.25', [2, 9], true],
  ['2.10.0', [2, 10], true],
  ['2.10.27', [2, 12], false],
  ['2.12.0-RC.3', [2, 12], true],
  ['2.15.1', [2, 12], true],
  ['3.0.0', [2, 12], true],
  ['1.99.0', [2, 10], false],
  ['', [2, 10], false],
  ['unknown', [2, 10], false],
] as const)(
  'version %s is judged by numbers, not by text: at least %j is %s',
  (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  },
);
