import { expect, test } from 'vitest';
import { createPagePolicies } from './content-security-policy.ts';

const API = "default-src 'none';frame-ancestors 'none'";

test.each([
  '/',
  '/api/webhooks',
  '/openapi.json',
  '/in/token',
  '/keys/ep_1',
  '/dashboards',
  '/Dashboard',
  '//dashboard',
  '/api/dashboard',
  '',
  '/no-such-page',
])('an answer at %s may load, run and be framed by nothing', (path) => {
  expect(createPagePolicies(['https://app.example.com'])(path)).toEqual({
    contentSecurityPolicy: API,
    frameOptions: 'DENY',
  });
});

test.each(['/dashboard', '/dashboard/', '/dashboard/events/evt_1', '/docs', '/docs/api', '/docs/errors'])(
  'a page at %s loads from its own origin only, runs no inline script, and is never framed',
  (path) => {
    const { contentSecurityPolicy, frameOptions } = createPagePolicies(['https://app.example.com'])(path);
    expect(contentSecurityPolicy.split(';')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]);
    expect(frameOptions).toBe('DENY');
  },
);

test('the portal is framed by the listed origins only, and otherwise has the policy of the dashboard', () => {
  const listed = createPagePolicies(['https://app.example.com', 'https://shop.example.com:8443']);
  const { contentSecurityPolicy, frameOptions } = listed('/portal/endpoints');
  expect(contentSecurityPolicy).toBe(
    listed('/dashboard').contentSecurityPolicy.replace(
      "frame-ancestors 'none'",
      'frame-ancestors https://app.example.com https://shop.example.com:8443',
    ),
  );
  expect(frameOptions).toBe(undefined);
});

test('without a list nobody frames the portal', () => {
  const policies = createPagePolicies([]);
  expect(policies('/portal')).toEqual(policies('/dashboard'));
});
