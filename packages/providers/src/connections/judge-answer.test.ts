import { expect, it } from 'vitest';
import { getConnectable } from './connectables.ts';
import { judgeAnswer } from './judge-answer.ts';

const judge = (provider: string, status: number, body: unknown, headers: Record<string, string> = {}) =>
  judgeAnswer({ status, headers, body }, getConnectable(provider)?.answers);

it('Slack: a 200 with ok false is the failure that its code says', () => {
  expect(judge('slack', 200, { ok: true })).toEqual({ verdict: 'ok' });
  expect(judge('slack', 200, { ok: false, error: 'token_revoked' }).verdict).toBe('unauthorized');
  expect(judge('slack', 200, { ok: false, error: 'missing_scope' })).toEqual({
    verdict: 'missing-scope',
    code: 'missing_scope',
  });
  expect(judge('slack', 200, { ok: false, error: 'ratelimited' }, { 'retry-after': '30' })).toMatchObject({
    verdict: 'rate-limited',
    retryAfterSeconds: 30,
  });
  expect(judge('slack', 200, { ok: false, error: 'a_new_code' }).verdict).toBe('failed');
});

it('Google: 403 is a missing scope, a rate limit or an exhausted quota by its reason', () => {
  const error = (reason: string) => ({ error: { code: 403, errors: [{ reason }] } });
  expect(judge('youtube', 403, error('quotaExceeded')).verdict).toBe('quota-exhausted');
  expect(judge('gmail', 403, error('userRateLimitExceeded')).verdict).toBe('rate-limited');
  expect(judge('gmail', 403, error('insufficientPermissions')).verdict).toBe('missing-scope');
  expect(judge('gmail', 403, error('other')).verdict).toBe('no-access');
});

it('GitHub: 403 is a rate limit if Retry-After or the remaining count says so', () => {
  expect(judge('github', 403, {}, { 'retry-after': '60' })).toEqual({
    verdict: 'rate-limited',
    retryAfterSeconds: 60,
  });
  const date = 'Tue, 01 Dec 2026 00:00:00 GMT';
  const reset = String(Date.parse(date) / 1_000 + 90);
  expect(
    judge('github', 403, {}, { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }),
  ).toEqual({ verdict: 'rate-limited', retryAfterSeconds: 90 });
  expect(judge('github', 403, { message: 'Resource not accessible by integration' }).verdict).toBe(
    'missing-scope',
  );
  expect(judge('github', 404, {}).verdict).toBe('gone');
});

it('GitHub: a secondary limit without headers is a rate limit by its text, and a minute is waited', () => {
  for (const message of [
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    'You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.',
  ])
    expect(judge('github', 403, { message })).toEqual({
      verdict: 'rate-limited',
      code: expect.any(String),
      retryAfterSeconds: 60,
    });
  expect(judge('github', 403, { message: 'Must have admin rights to Repository.' }).verdict).toBe(
    'no-access',
  );
});

it('Retry-After is seconds or a date, which is compared with the clock of the provider', () => {
  const date = 'Tue, 01 Dec 2026 00:00:00 GMT';
  expect(judge('spotify', 429, {}, { 'retry-after': '1.2' }).retryAfterSeconds).toBe(2);
  expect(
    judge('spotify', 503, {}, { date, 'retry-after': 'Tue, 01 Dec 2026 00:02:00 GMT' }).retryAfterSeconds,
  ).toBe(120);
  expect(judge('spotify', 429, {}, { 'retry-after': 'soon' }).retryAfterSeconds).toBeUndefined();
});

it('the status decides where there is no code', () => {
  expect(
    [200, 304, 401, 403, 404, 410, 429, 500, 302].map(
      (status) => judgeAnswer({ status, headers: {}, body: undefined }).verdict,
    ),
  ).toEqual([
    'ok',
    'not-modified',
    'unauthorized',
    'no-access',
    'gone',
    'gone',
    'rate-limited',
    'failed',
    'failed',
  ]);
});

it("a provider's code is told in at most 200 characters, without control characters and half surrogate pairs", () => {
  const { code } = judge('slack', 200, { ok: false, error: `a\r\nb\0c\ud800 ${'x'.repeat(5_000)}` });
  expect(code).toMatch(/^a b c x+$/);
  expect(code).toHaveLength(200);
});
