import { expect, test } from 'vitest';
import { retryPauseSeconds, secondsUntilRefresh } from './refresh-due.ts';

const token = (
  connectionId: string,
  generation: number,
  lifeSeconds: number,
  refreshLifeSeconds?: number,
) => ({
  connectionId,
  kind: 'access',
  generation,
  lifeSeconds,
  refreshLifeSeconds,
});

test('the lead is between ten minutes and a third of the life, the same for the same token, and spread', () => {
  const leads = Array.from({ length: 2_000 }, (_, index) => {
    const due = secondsUntilRefresh(token(`con_${index}`, 1, 3_600));
    expect(secondsUntilRefresh(token(`con_${index}`, 1, 3_600))).toBe(due);
    return 3_600 - (due ?? 0);
  });
  expect(Math.min(...leads)).toBeGreaterThanOrEqual(600);
  expect(Math.max(...leads)).toBeLessThanOrEqual(1_200);
  // Each tenth of the range has its share.
  for (let tenth = 0; tenth < 10; tenth++) {
    const share = leads.filter((lead) => Math.floor((lead - 600) / 60) === tenth).length / leads.length;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.13);
  }
});

test('the lead of one token differs from one generation to the next', () => {
  const dues = Array.from({ length: 20 }, (_, generation) =>
    secondsUntilRefresh(token('con_1', generation, 28_800)),
  );
  expect(new Set(dues).size).toBe(20);
});

test('a token with a life of less than half an hour is refreshed a third before its end', () => {
  expect(secondsUntilRefresh(token('con_1', 1, 900))).toBeCloseTo(600);
  expect(secondsUntilRefresh(token('con_1', 1, 3))).toBeCloseTo(2);
});

test('R14: a refresh token that ends with its access token is used at half of the life', () => {
  expect(secondsUntilRefresh(token('con_1', 1, 3_600, 3_600))).toBe(1_800);
  expect(secondsUntilRefresh(token('con_1', 1, 3_600, 1_800))).toBe(900);
  expect(secondsUntilRefresh(token('con_1', 1, 3_600, 4_000))).toBe(1_800);
  expect(secondsUntilRefresh(token('con_1', 1, 3_600, 86_400))).toBeGreaterThan(2_400);
});

test('a token that never expires is not refreshed, unless its refresh token ends', () => {
  const never = { connectionId: 'con_1', kind: 'access', generation: 1, lifeSeconds: undefined };
  expect(secondsUntilRefresh({ ...never, refreshLifeSeconds: undefined })).toBeUndefined();
  expect(secondsUntilRefresh({ ...never, refreshLifeSeconds: 1_000 })).toBe(500);
});

test('the pause after a failure doubles up to a quarter of an hour, and is as long as the provider asks', () => {
  const pause = (failures: number, asked?: number) =>
    retryPauseSeconds(token('con_1', 1, 1), failures, asked);
  for (const [failures, middle] of [
    [1, 15],
    [2, 30],
    [5, 240],
    [7, 900],
    [1_000, 900],
  ] as const) {
    expect(pause(failures)).toBeGreaterThanOrEqual(middle * 0.75);
    expect(pause(failures)).toBeLessThanOrEqual(middle * 1.25);
  }
  expect(pause(1, 120)).toBe(120);
  expect(pause(1, 1e9)).toBe(3_600);
});
