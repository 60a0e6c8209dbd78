import { expect, test } from 'vitest';
import {
  retryPauseSeconds,
  secondsUntilLateRefresh,
  secondsUntilRefresh as untilRefresh,
} from './refresh-due.ts';

const NOW = 1_764_547_200_000;
const secondsUntilRefresh = (token: Parameters<typeof untilRefresh>[0], nowMs = NOW) =>
  untilRefresh(token, nowMs);

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

/** The times of so many refreshes of an account in a row, in ms. */
function refreshesOf(connectionId: string, startMs: number, count: number): number[] {
  const times: number[] = [];
  for (let at = startMs; times.length < count; ) {
    at += 1_000 * (secondsUntilRefresh(token(connectionId, 1, 3_600), at) ?? 0);
    times.push(at);
  }
  return times;
}

test('accounts that were connected in the same minute are refreshed evenly after some hours', () => {
  const last = Array.from(
    { length: 2_000 },
    (_, index) => refreshesOf(`con_${index}`, NOW + 30 * index, 15).at(-1) ?? 0,
  );
  const ofTenths = Array.from({ length: 10 }, (_, tenth) =>
    last.filter((at) => Math.floor((at / 270_000) % 10) === tenth),
  );
  for (const tenth of ofTenths) expect(tenth.length / last.length).toBeGreaterThan(0.07);
});

test('the due times of a token are the same whenever it was connected, after some refreshes', () => {
  const positions = [0, 700_000, 2_000_000].map(
    (delay) => (refreshesOf('con_1', NOW + delay, 60).at(-1) ?? 0) % 2_700_000,
  );
  for (const position of positions) expect(Math.abs(position - (positions[0] ?? 0))).toBeLessThan(2_000);
});

test('tokens that were due while no replica ran are refreshed evenly within hours', () => {
  for (const life of [3_600, 28_800, null]) {
    const seconds = Array.from({ length: 1_000 }, (_, index) =>
      secondsUntilLateRefresh({ connectionId: `con_${index}`, kind: 'access' }, life, NOW),
    );
    const longest = life === 3_600 ? 2_700 : life === 28_800 ? 23_700 : 28_800;
    expect(Math.max(...seconds)).toBeLessThanOrEqual(longest);
    for (let third = 0; third < 3; third++) {
      const share =
        seconds.filter((each) => Math.floor((3 * each) / longest) === third).length / seconds.length;
      expect(share).toBeGreaterThan(0.28);
    }
  }
});

test('a token with a life of less than half an hour is refreshed a third before its end', () => {
  expect(secondsUntilRefresh(token('con_1', 1, 900))).toBeCloseTo(600);
  expect(secondsUntilRefresh(token('con_1', 1, 90))).toBeCloseTo(60);
});

test('a token with a very short life is refreshed once a minute, and before its refresh token ends', () => {
  for (const life of [0, 1, 30, 89]) {
    expect(secondsUntilRefresh(token('con_1', 1, life))).toBe(60);
    expect(secondsUntilRefresh({ ...token('con_1', 1, life), cameLate: true })).toBe(60);
    expect(secondsUntilRefresh(token('con_1', 1, life, 3_600))).toBe(60);
    expect(secondsUntilRefresh(token('con_1', 1, life, 20))).toBe(10);
  }
  // Of a usual token that was stored late, little is left.
  expect(secondsUntilRefresh({ ...token('con_1', 1, 0), fullLifeSeconds: 3_600 })).toBe(0);
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

test('a token that was refreshed late, after failures, is refreshed next at its own due time, and early enough', () => {
  for (const life of [3_599, 28_800, 900, 120]) {
    const shortest = Math.min(600, life / 3);
    for (let index = 0; index < 500; index++) {
      const late = { ...token(`con_${index}`, 1, life), cameLate: true };
      const nowMs = NOW + index * 7_919;
      const seconds = secondsUntilRefresh(late, nowMs) ?? 0;
      expect(seconds).toBeGreaterThan(0);
      // The grid is that of a life in whole minutes.
      expect(seconds).toBeLessThanOrEqual(life - shortest + 2);
      const own = secondsUntilRefresh(late, nowMs + seconds * 1_000) ?? 0;
      const period = secondsUntilRefresh(late, nowMs + (seconds + own) * 1_000) ?? 0;
      expect(own).toBeCloseTo(period, 0);
    }
  }
});

test('tokens that are refreshed in the same minutes after an outage are apart at once', () => {
  const minutes = new Map<number, number>();
  for (let index = 0; index < 2_700; index++) {
    // All within ten minutes.
    const nowMs = NOW + (index % 600) * 1_000;
    const late = { ...token(`con_${index}`, 1, 3_600), cameLate: true };
    const dueMs = nowMs + (secondsUntilRefresh(late, nowMs) ?? 0) * 1_000;
    const minute = Math.floor((dueMs - NOW) / 60_000);
    minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
  }
  // 60 a minute, as many as usual.
  for (const count of minutes.values()) expect(count).toBeLessThanOrEqual(60 + 4 * Math.sqrt(60));
});

test('the pause after a failure doubles up to three quarters of an hour, and is as long as the provider asks', () => {
  const pause = (failures: number, asked?: number) =>
    retryPauseSeconds(token('con_1', 1, 1), failures, asked);
  for (const [failures, middle] of [
    [1, 15],
    [2, 30],
    [5, 240],
    [7, 960],
    [1_000, 2_700],
  ] as const) {
    expect(pause(failures)).toBeGreaterThanOrEqual(middle * 0.75);
    expect(pause(failures)).toBeLessThanOrEqual(middle * 1.25);
  }
  expect(pause(1, 120)).toBe(120);
  expect(pause(1, 1e9)).toBe(3_600);
});
