import { ApiError } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { checkExpectedCount } from './check-expected-count.ts';

const refusal = (...given: Parameters<typeof checkExpectedCount>) => {
  try {
    checkExpectedCount(...given);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { code: error.code, message: error.message };
  }
  return undefined;
};

test('a call that selects no more than its caller expects is carried out, and so is one without an expectation', () => {
  expect(refusal(3, true, 3)).toBeUndefined();
  expect(refusal(2, true, 3)).toBeUndefined();
  expect(refusal(100_000, false, undefined)).toBeUndefined();
});

test('a call that selects more than its caller expects is refused', () => {
  expect(refusal(4, true, 3)).toEqual({
    code: 'conflict',
    message: 'body/expectedCount is 3, but 4 match: nothing was changed. Look at them with a dry run',
  });
  expect(refusal(100_000, false, 3)?.message).toContain('but at least 100000 match: nothing was changed');
});

test('a call of which not everything was counted is refused, because more may match than its caller expects', () => {
  for (const expected of [100_000, 500_000]) {
    expect(refusal(100_000, false, expected)).toEqual({
      code: 'conflict',
      message: `body/expectedCount is ${expected}, but at least 100000 match, and the rest was not counted: nothing was changed. Narrow the filter, or leave expectedCount out`,
    });
  }
});
