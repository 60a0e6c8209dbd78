import { getConnectable } from '@hookline/providers';
import { expect, test } from 'vitest';
import { classifyFailure } from './classify-failure.ts';

const refreshOf = (provider: string) => {
  const refresh = getConnectable(provider)?.oauth?.refresh;
  if (refresh === undefined) throw new Error(`${provider} has no OAuth`);
  return refresh;
};

interface Row {
  provider: string;
  status: number | undefined;
  error: string | undefined;
  errorSubtype?: string;
  kind: string;
  reason?: string;
}

test.each<Row>([
  { provider: 'spotify', status: 400, error: 'invalid_grant', kind: 'grant', reason: 'invalid_grant' },
  { provider: 'gmail', status: 400, error: 'invalid_grant', kind: 'grant', reason: 'invalid_grant' },
  {
    provider: 'gmail',
    status: 400,
    error: 'invalid_grant',
    errorSubtype: 'invalid_rapt',
    kind: 'grant',
    reason: 'session_ended',
  },
  { provider: 'gmail', status: 400, error: 'admin_policy_enforced', kind: 'grant', reason: 'invalid_grant' },
  // R11
  { provider: 'discord', status: 403, error: 'invalid_grant', kind: 'grant', reason: 'invalid_grant' },
  { provider: 'discord', status: 401, error: 'invalid_grant', kind: 'grant', reason: 'invalid_grant' },
  // R12
  { provider: 'discord', status: 401, error: 'invalid_client', kind: 'app' },
  { provider: 'spotify', status: 400, error: 'invalid_client', kind: 'app' },
  { provider: 'github', status: 200, error: 'incorrect_client_credentials', kind: 'app' },
  { provider: 'github', status: 200, error: 'redirect_uri_mismatch', kind: 'app' },
  { provider: 'slack', status: 200, error: 'bad_client_secret', kind: 'app' },
  { provider: 'slack', status: 200, error: 'invalid_client_id', kind: 'app' },
  // R13
  { provider: 'github', status: 200, error: 'bad_refresh_token', kind: 'grant', reason: 'invalid_grant' },
  { provider: 'slack', status: 200, error: 'invalid_refresh_token', kind: 'grant', reason: 'invalid_grant' },
  { provider: 'slack', status: 400, error: 'invalid_grant', kind: 'grant', reason: 'invalid_grant' },
  { provider: 'slack', status: 200, error: 'token_revoked', kind: 'grant', reason: 'invalid_grant' },
  { provider: 'slack', status: 200, error: 'ratelimited', kind: 'transient', reason: 'rate_limited' },
  {
    provider: 'slack',
    status: 200,
    error: 'internal_error',
    kind: 'transient',
    reason: 'provider_unavailable',
  },
  // Codes of one provider mean nothing at another.
  { provider: 'spotify', status: 400, error: 'bad_refresh_token', kind: 'unknown', reason: 'unknown_answer' },
  // R10, and what never asks for a new consent
  { provider: 'gmail', status: 429, error: 'invalid_grant', kind: 'transient', reason: 'rate_limited' },
  {
    provider: 'gmail',
    status: 503,
    error: 'invalid_grant',
    kind: 'transient',
    reason: 'provider_unavailable',
  },
  { provider: 'gmail', status: 500, error: undefined, kind: 'transient', reason: 'provider_unavailable' },
  {
    provider: 'gmail',
    status: 503,
    error: 'invalid_client',
    kind: 'transient',
    reason: 'provider_unavailable',
  },
  {
    provider: 'gmail',
    status: undefined,
    error: undefined,
    kind: 'transient',
    reason: 'provider_unavailable',
  },
  {
    provider: 'gmail',
    status: 400,
    error: 'temporarily_unavailable',
    kind: 'transient',
    reason: 'provider_unavailable',
  },
  { provider: 'gmail', status: 400, error: 'something_new', kind: 'unknown', reason: 'unknown_answer' },
  { provider: 'gmail', status: 404, error: undefined, kind: 'unknown', reason: 'unknown_answer' },
  { provider: 'gmail', status: 400, error: 'unauthorized_client', kind: 'unknown', reason: 'unknown_answer' },
  { provider: 'gmail', status: 400, error: '__proto__', kind: 'unknown', reason: 'unknown_answer' },
])('$provider $status $error $errorSubtype means $kind $reason', (row) => {
  const verdict = classifyFailure(row, refreshOf(row.provider));
  expect(verdict).toEqual({ kind: row.kind, ...(row.reason === undefined ? {} : { reason: row.reason }) });
});

test('a page in place of an answer is a fault of the provider, whatever its status is', () => {
  const refresh = refreshOf('gmail');
  for (const status of [200, 302, 400, 401, 403, 404])
    expect(classifyFailure({ status, error: undefined, isForeign: true }, refresh)).toEqual({
      kind: 'transient',
      reason: 'provider_unavailable',
    });
});

test('no code at all makes a 429, a 5xx or a missing answer mean a dead grant or a faulty application', () => {
  for (const provider of ['github', 'gmail', 'youtube', 'slack', 'spotify', 'discord']) {
    const refresh = refreshOf(provider);
    const codes = [
      ...refresh.finalErrors,
      ...(refresh.appErrors ?? []),
      'invalid_grant',
      'invalid_client',
      undefined,
    ];
    for (const error of codes) {
      for (const status of [429, 500, 502, 503, 504, undefined]) {
        expect(classifyFailure({ status, error }, refresh).kind).toBe('transient');
      }
    }
  }
});
