import { SCOPES, scopesOf } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { accessOfClaims } from './access-of-claims.ts';

const names = { roleClaim: 'role', tenantClaim: 'org' };
const access = (claims: Record<string, unknown>, options = names) =>
  accessOfClaims({ sub: 'ada', ...claims }, options);
const all = SCOPES.filter((scope) => scope !== 'connections:token');

test('the role claim decides, and a read-only role only reads', () => {
  expect(access({ role: 'operator' })).toEqual({ tenantId: null, scopes: all, subject: 'ada' });
  expect(access({ role: 'operator_readonly' })).toMatchObject({
    tenantId: null,
    scopes: scopesOf(['*:read']),
  });
  expect(access({ role: 'tenant', org: 'acme' })).toMatchObject({ tenantId: 'acme', scopes: all });
  expect(access({ role: 'tenant_readonly', org: 'acme' })).toMatchObject({ scopes: scopesOf(['*:read']) });
});

test('of several roles a person gets the strongest, and other groups do not count', () => {
  expect(access({ role: ['staff', 'tenant', 'operator_readonly'], org: 'acme' })).toMatchObject({
    tenantId: null,
    scopes: scopesOf(['*:read']),
  });
});

test('a claim can be inside another one, and a name with dots can be one claim', () => {
  const nested = { realm_access: { roles: ['operator'] } };
  expect(access(nested, { ...names, roleClaim: 'realm_access.roles' })).toMatchObject({ tenantId: null });
  const flat = { 'https://a.example/role': 'operator' };
  expect(access(flat, { ...names, roleClaim: 'https://a.example/role' })).toMatchObject({ tenantId: null });
});

test.each([
  {},
  { role: '' },
  { role: 'Operator' },
  { role: 'admin' },
  { role: ['admin'] },
  { role: [['operator']] },
  { role: { operator: true } },
  { role: 'tenant' },
  { role: 'tenant', org: '' },
  { role: 'tenant', org: ['acme'] },
  { role: 'tenant', org: 'a\u0000b' },
  { role: 'tenant', org: 'x'.repeat(201) },
])('a person with the claims %j has no access', (claims) => {
  expect(access(claims)).toEqual({ denied: expect.any(String) });
});

test('without a tenant claim no tenant has access', () => {
  const options = { roleClaim: 'role', tenantClaim: undefined };
  expect(accessOfClaims({ sub: 'ada', role: 'tenant', org: 'acme' }, options)).toEqual({
    denied: expect.stringContaining('OIDC_TENANT_CLAIM'),
  });
});

test('no name of a claim reaches what every object has', () => {
  expect(access({}, { ...names, roleClaim: 'constructor.name' })).toEqual({ denied: expect.any(String) });
});
