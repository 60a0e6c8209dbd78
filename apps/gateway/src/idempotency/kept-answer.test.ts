import { API_ERRORS } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { isKept, keptHeaders } from './kept-answer.ts';

test('answers to a done call and refusals by the state are kept; faults, limits and invalid requests are not', () => {
  const kept = [200, 201, 202, 204, 403, 404, 409];
  const statuses = new Set([...kept, ...Object.values(API_ERRORS).map(({ status }) => status)]);
  expect([...statuses].filter(isKept).sort()).toEqual([...kept, 405, 414, 431].sort());
});

test('the headers of the body are kept, and those of the request are not', () => {
  const headers = {
    'content-type': 'application/json',
    location: '/api/x',
    'x-request-id': 'r',
    'set-cookie': ['a=b'],
    ratelimit: '"key";r=1;t=1',
    'content-length': '2',
    'content-disposition': undefined,
  };
  expect(keptHeaders(headers)).toEqual({ 'content-type': 'application/json', location: '/api/x' });
});
