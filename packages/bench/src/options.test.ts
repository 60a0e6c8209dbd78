import { expect, test } from 'vitest';
import { readOptions, UsageError } from './options.ts';

test('every option has a default, so that a scenario alone is enough', () => {
  expect(readOptions(['delivery'])).toMatchObject({
    scenario: 'delivery',
    pairs: 3,
    events: 20_000,
    sync: false,
  });
});

test('numbers outside their bounds, unknown options and missing scenarios are refused', () => {
  for (const args of [
    [],
    ['everything'],
    ['ingest', 'delivery'],
    ['ingest', '--pairs', '0'],
    ['ingest', '--seconds', 'five'],
    ['ingest', '--fast'],
  ]) {
    expect(() => readOptions(args), args.join(' ')).toThrow(UsageError);
  }
});
