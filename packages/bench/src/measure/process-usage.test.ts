import { expect, test } from 'vitest';
import { cpuSecondsOf, cpuSecondsOfFamily, parseStat } from './process-usage.ts';

test('the times and the parent are read correctly if the name of the process looks like fields', () => {
  const numbers = Array.from({ length: 15 }, (_, index) => index + 4).join(' ');
  expect(parseStat(`123 (a b) S 9 9) R ${numbers}`)).toEqual({
    parent: 4,
    ownTicks: 14 + 15,
    endedChildrenTicks: 16 + 17,
  });
});

test.runIf(process.platform === 'linux')(
  'the CPU time of a process and its children is at least that of the process',
  () => {
    const until = performance.now() + 30;
    while (performance.now() < until);
    const own = cpuSecondsOf(process.pid);
    expect(own).toBeGreaterThan(0);
    expect(cpuSecondsOfFamily(process.pid)).toBeGreaterThanOrEqual(own);
  },
);
