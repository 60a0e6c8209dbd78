import { API_ERRORS, ApiError, ProblemDetails } from '@hookline/contracts';
import Value from 'typebox/value';
import { expect, test } from 'vitest';
import { acceptsProblemDetails, writeErrorBody } from './error-body.ts';

const request = { id: 'r-1', accept: 'application/problem+json', url: '/api/webhooks/ep_1?token=hidden' };
const problemOf = (error: ApiError, accept = request.accept) => {
  const { contentType, text } = writeErrorBody(error, { ...request, accept });
  return { contentType, body: JSON.parse(text) as Record<string, unknown> };
};

test.each([
  [undefined, false],
  ['', false],
  ['*/*', false],
  ['application/*', false],
  ['application/json', false],
  ['text/html, application/xhtml+xml, */*;q=0.8', false],
  ['application/problem+json', true],
  ['Application/Problem+JSON ; charset=utf-8', true],
  ['application/json, application/problem+json', true],
  ['application/json;q=0.5, application/problem+json;q=0.5', true],
  ['application/json, application/problem+json;q=0.9', false],
  ['application/problem+json;q=0', false],
  ['application/problem+json;q=nonsense', false],
  ['application/problem+jsonx', false],
])('Accept: %s asks for problem details: %s', (accept, asks) => {
  expect(acceptsProblemDetails(accept)).toBe(asks);
});

test('every error of the catalogue has problem details with the same code and status', () => {
  for (const [code, { status, message }] of Object.entries(API_ERRORS)) {
    const { contentType, body } = problemOf(new ApiError(code as keyof typeof API_ERRORS));
    expect(contentType).toBe('application/problem+json; charset=utf-8');
    expect(Value.Check(ProblemDetails, body), code).toBe(true);
    expect(body).toEqual({
      type: `/docs/errors#${code}`,
      title: message,
      status,
      detail: message,
      instance: '/api/webhooks/ep_1',
      code,
      requestId: 'r-1',
    });
  }
});

test('problem details name each refused field: of the body by a JSON Pointer, otherwise by the parameter', () => {
  const details = [
    { path: 'body/auth/to~1ken ü', message: 'is missing' },
    { path: 'body', message: 'must be an object' },
    { path: 'querystring/limit', message: 'must be a whole number' },
    { path: 'params/id', message: 'is too long' },
  ];
  const { body } = problemOf(new ApiError('invalid_request', { message: 'body/auth is missing', details }));
  expect(body['detail']).toBe('body/auth is missing');
  expect(body['errors']).toEqual([
    { detail: 'is missing', pointer: '#/auth/to~1ken%20%C3%BC' },
    { detail: 'must be an object', pointer: '#' },
    { detail: 'must be a whole number', in: 'query', parameter: 'limit' },
    { detail: 'is too long', in: 'path', parameter: 'id' },
  ]);
  expect(body['details']).toBeUndefined();
});

test('further facts about an error are in the details of both forms', () => {
  const error = new ApiError('conflict', { details: { eventId: 'evt_1' } });
  expect(problemOf(error).body).toMatchObject({ code: 'conflict', details: { eventId: 'evt_1' } });
  expect(problemOf(error, 'application/json').body).toEqual({
    error: error.message,
    code: 'conflict',
    details: { eventId: 'evt_1' },
    requestId: 'r-1',
  });
});
