import { expect, test } from 'vitest';
import { MovableClock } from './clock.ts';

test('a stopped clock moves only when it is told to', () => {
  const clock = new MovableClock({ startMs: 1_000, speed: 0 });
  clock.advance(500);
  expect(clock.nowMs()).toBe(1_500);
  clock.advance(-1_000);
  expect(clock.nowMs()).toBe(500);
  clock.set(9_000);
  expect(clock.nowMs()).toBe(9_000);
});

test('a fast clock keeps its time when its speed changes', async () => {
  const clock = new MovableClock({ startMs: 0, speed: 1_000_000 });
  await new Promise((resolve) => setTimeout(resolve, 20));
  const reached = clock.nowMs();
  expect(reached).toBeGreaterThan(10_000_000);
  clock.setSpeed(0);
  const stopped = clock.nowMs();
  expect(stopped).toBeGreaterThanOrEqual(reached);
  expect(clock.nowMs()).toBe(stopped);
});
