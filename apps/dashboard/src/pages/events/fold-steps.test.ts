import type { JourneyStep } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { foldSteps } from './fold-steps.ts';

const step = (name: JourneyStep['step'], text: string): JourneyStep => ({
  at: '2026-03-01T12:00:00.000Z',
  step: name,
  text,
});
const failed = (attempt: number, responseCode: number | null, deliveryId = 'dlv_1') =>
  ({
    ...step('attempted', `Attempt ${attempt}`),
    deliveryId,
    attempt: { attempt, responseCode, errorCode: null },
  }) as JourneyStep;
const lengths = (steps: JourneyStep[]) => foldSteps(steps).map((line) => line.steps.length);

test('three equal failures or more become one line, and fewer stay as they are', () => {
  const received = step('received', 'Received');
  expect(
    lengths([received, failed(1, 503), failed(2, 503), failed(3, 503), step('dead', 'Gave up')]),
  ).toEqual([1, 3, 1]);
  expect(lengths([received, failed(1, 503), failed(2, 503)])).toEqual([1, 1, 1]);
  expect(lengths([])).toEqual([]);
});

test('another answer, another endpoint or another step begins a new line', () => {
  expect(lengths([failed(1, 503), failed(2, 503), failed(3, 503), failed(4, 500), failed(5, 500)])).toEqual([
    3, 1, 1,
  ]);
  expect(lengths([failed(1, 503), failed(1, 503, 'dlv_2'), failed(2, 503)])).toEqual([1, 1, 1]);
  expect(lengths([failed(1, 503), step('replayed', 'Again'), failed(2, 503), failed(3, 503)])).toEqual([
    1, 1, 1, 1,
  ]);
});

test('every step is in exactly one line, in its order', () => {
  const steps = [
    step('received', 'a'),
    failed(1, 503),
    failed(2, 503),
    failed(3, 503),
    step('delivered', 'b'),
  ];
  expect(foldSteps(steps).flatMap((line) => line.steps)).toEqual(steps);
});

test('three endpoints or more that did not match are one line, and the sentence that none matched is not among them', () => {
  const unmatched = (webhookId: string) => ({ ...step('unmatched', 'It did not match'), webhookId });
  expect(
    lengths([unmatched('ep_1'), unmatched('ep_2'), unmatched('ep_3'), step('matched', 'Matched')]),
  ).toEqual([3, 1]);
  expect(lengths([step('unmatched', 'No endpoint matched'), unmatched('ep_1'), unmatched('ep_2')])).toEqual([
    1, 1, 1,
  ]);
});
