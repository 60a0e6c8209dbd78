import { expect, test } from 'vitest';
import { maxAgeOf } from './max-age.ts';

test.each([
  ['public, max-age=21600, must-revalidate', 21600],
  ['Max-Age="60"', 60],
  ['no-store, max-age=60', 0],
  ['s-maxage=60', undefined],
  ['max-age=-1', undefined],
  ['max-age=', undefined],
  ['', undefined],
  [undefined, undefined],
])('the maximum age of "%s" is %s', (header, seconds) => expect(maxAgeOf(header)).toBe(seconds));
