import { expect, test } from 'vitest';
import { createPagePolicies } from './content-security-policy.ts';

const APP = { frameOrigins: ['https://app.example.com'], logoOrigins: ['https://cdn.example.com'] };

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
  expect(createPagePolicies(APP)(path)).toEqual({
    contentSecurityPolicy: API,
    frameOptions: 'DENY',
  });
});

test.each(['/dashboard', '/dashboard/', '/dashboard/events/evt_1', '/docs', '/docs/api', '/docs/errors'])(
  'a page at %s loads from its own origin only, runs no inline script, and is never framed',
  (path) => {
    const { contentSecurityPolicy, frameOptions } = createPagePolicies(APP)(path);
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
  const frameOrigins = ['https://app.example.com', 'https://shop.example.com:8443'];
  const listed = createPagePolicies({ frameOrigins, logoOrigins: [] });
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
  const policies = createPagePolicies({ frameOrigins: [], logoOrigins: [] });
  expect(policies('/portal')).toEqual(policies('/dashboard'));
});

test('the portal loads logos from the listed origins, and no other page does', () => {
  const logoOrigins = ['https://cdn.example.com', 'https://img.example.com'];
  const policies = createPagePolicies({ frameOrigins: [], logoOrigins });
  expect(policies('/portal').contentSecurityPolicy).toBe(
    policies('/dashboard').contentSecurityPolicy.replace(
      "img-src 'self' data:",
      "img-src 'self' data: https://cdn.example.com https://img.example.com",
    ),
  );
  expect(policies('/dashboard').contentSecurityPolicy).not.toContain('cdn.example.com');
});
