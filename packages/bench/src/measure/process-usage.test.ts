import { expect, test } from 'vitest';
import { cpuSecondsOf, cpuSecondsOfFamily, parseStat } from './process-usage.ts';

test('times and the parent are read behind a name that looks like fields', () => {
  const numbers = Array.from({ length: 15 }, (_, index) => index + 4).join(' ');
  expect(parseStat(`123 (a b) S 9 9) R ${numbers}`)).toEqual({
    parent: 4,
    ownTicks: 14 + 15,
    endedChildrenTicks: 16 + 17,
  });
});

test.runIf(process.platform === 'linux')('a process has taken time, and its family no less', () => {
  const until = performance.now() + 30;
  while (performance.now() < until);
  const own = cpuSecondsOf(process.pid);
  expect(own).toBeGreaterThan(0);
  expect(cpuSecondsOfFamily(process.pid)).toBeGreaterThanOrEqual(own);
});
