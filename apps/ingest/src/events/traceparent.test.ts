import { expect, test } from 'vitest';
import { traceparentOf } from './traceparent.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a valid trace context is continued', () => {
  expect(traceparentOf(VALID)).toBe(VALID);
});

test('an invalid trace context begins a new trace', () => {
  for (const header of [
    undefined,
    '',
    `${VALID}, ${VALID}`,
    VALID.toUpperCase(),
    VALID.replace(/^00/, 'ff'),
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
  ]) {
    const made = traceparentOf(header);
    expect(made).not.toBe(header);
    expect(traceparentOf(made)).toBe(made);
  }
});

test('each new trace has its own id', () => {
  expect(new Set(Array.from({ length: 1_000 }, () => traceparentOf(undefined))).size).toBe(1_000);
});
