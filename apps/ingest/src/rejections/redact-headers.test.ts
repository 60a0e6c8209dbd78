import { expect, test } from 'vitest';
import { redactHeaders } from './redact-headers.ts';

test('only the beginning of signatures and credentials is kept', () => {
  expect(
    redactHeaders({
      'x-hub-signature-256': 'sha256=0123456789abcdef',
      'stripe-signature': 't=1700000000,v1=0123456789abcdef',
      authorization: 'Bearer top-secret',
    }),
  ).toEqual({
    'x-hub-signature-256': 'sha256=0…',
    'stripe-signature': 't=170000…',
    authorization: 'Bearer t…',
  });
});

test('headers that are not on the list are left out', () => {
  expect(
    redactHeaders({
      'content-type': 'application/json',
      'x-github-event': 'push',
      cookie: 'session=1',
      'x-api-key': 'k',
      'x-gitlab-token': 't',
    }),
  ).toEqual({ 'content-type': 'application/json', 'x-github-event': 'push' });
});

test('a long value is cut', () => {
  expect(redactHeaders({ 'user-agent': 'a'.repeat(10_000) })['user-agent']).toHaveLength(500);
});

test('a header that may hold the secret itself is left out, even if headers with the same prefix are kept', () => {
  expect(
    redactHeaders({
      'stripe-secret': 's',
      'x-slack-token': 't',
      'x-github-api-key': 'k',
      'x-github-access_key': 'k',
      'x-slack-auth-key': 'k',
      'x-slack-retry-num': '1',
    }),
  ).toEqual({ 'x-slack-retry-num': '1' });
});
