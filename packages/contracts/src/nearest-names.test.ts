import { expect, test } from 'vitest';
import { nearestNames } from './nearest-names.ts';

const KNOWN = ['workflow_job', 'workflow_run', 'push', 'pull_request', 'pull_request_review'];

test('a name with a few wrong letters finds the known names that are nearest, the nearest first', () => {
  expect(nearestNames('workflow_jbo', KNOWN)).toEqual(['workflow_job']);
  expect(nearestNames('WORKFLOW_JOB', KNOWN)).toEqual(['workflow_job']);
  expect(nearestNames('workflow_rob', KNOWN)).toEqual(['workflow_job', 'workflow_run']);
  expect(nearestNames('pul_request', KNOWN)).toEqual(['pull_request']);
  expect(nearestNames('psuh', KNOWN)).toEqual(['push']);
});

test('a name unlike every known name finds none', () => {
  expect(nearestNames('invoice.paid', KNOWN)).toEqual([]);
  expect(nearestNames('', KNOWN)).toEqual([]);
  expect(nearestNames('a'.repeat(5_000), ['a'.repeat(5_000)])).toEqual([]);
});
