import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { API_OPERATIONS, followFeed, PORTAL_CAPABILITIES } from './api/index.ts';
import { isWrite } from './operation.ts';
import { allowsInPortal, capabilityOf, fieldsRefusedInPortal } from './portal-access.ts';

const ALL = [...API_OPERATIONS, followFeed];

/** What a portal session must never reach, whatever its capabilities. */
const NEVER =
  /^\/api\/(sources|rejections|providers|connections|oauth-apps|schedules|keys|audit|session|views|lookup|ledger|unreadable-messages|portal\/sessions)(\/|$)|^\/graphql$|\/(raw|request|export)$|queue/;

test('a portal session reaches no source, connection, key, session, raw request, export or search', () => {
  const reached = ALL.filter(({ id }) => allowsInPortal(PORTAL_CAPABILITIES, id));
  expect(reached.length).toBeGreaterThan(30);
  expect(reached.filter(({ path }) => NEVER.test(path)).map(({ id }) => id)).toEqual([]);
  expect(reached.filter(({ role }) => role !== 'tenant').map(({ id }) => id)).toEqual([]);
});

test('without a capability a portal session only renews its token', () => {
  expect(ALL.filter(({ id }) => allowsInPortal([], id)).map(({ id }) => id)).toEqual(['renewPortalToken']);
});

test('an operation that is not known is refused', () => {
  expect(allowsInPortal(PORTAL_CAPABILITIES, 'unknown')).toBe(false);
});

test.each(PORTAL_CAPABILITIES)('%s allows what it is named after: a view changes nothing', (capability) => {
  const allowed = ALL.filter(({ id }) => capabilityOf(id) === capability);
  expect(allowed.length).toBeGreaterThan(0);
  for (const operation of allowed) {
    expect([operation.id, allowsInPortal([capability], operation.id)]).toEqual([operation.id, true]);
    expect([
      operation.id,
      allowsInPortal(
        PORTAL_CAPABILITIES.filter((each) => each !== capability),
        operation.id,
      ),
    ]).toEqual([operation.id, false]);
    if (capability.endsWith(':view'))
      expect([operation.id, isWrite(operation)]).toEqual([operation.id, false]);
  }
});

test('docs/portal.md lists the operations of each capability, and no others', () => {
  const page = readFileSync(new URL('../../../docs/portal.md', import.meta.url), 'utf8');
  const rows = page
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => [...line.matchAll(/`([\w:-]+)`/g)].map(([, name = '']) => name))
    .filter(([name]) => name !== undefined && (PORTAL_CAPABILITIES as readonly string[]).includes(name))
    .map(([name = '', ...others]) => [name, others.filter((each) => ALL.some(({ id }) => id === each))]);
  const known = PORTAL_CAPABILITIES.map((capability) => [
    capability,
    ALL.filter(({ id }) => capabilityOf(id) === capability).map(({ id }) => id),
  ]);
  const sorted = (entries: unknown[][]) =>
    Object.fromEntries(entries.map(([name, ids]) => [name, (ids as string[]).toSorted()]));
  expect(sorted(rows)).toEqual(sorted(known));
});

test('a secret and a transformation need their own capabilities, in every body', () => {
  const body = { name: 'a', secret: 's', transformation: { code: 'c' } };
  expect(fieldsRefusedInPortal(['endpoints:manage'], body)).toEqual(['secret', 'transformation']);
  expect(fieldsRefusedInPortal(['endpoints:manage', 'endpoints:secret'], body)).toEqual(['transformation']);
  expect(fieldsRefusedInPortal(['endpoints:manage', 'transformations:manage'], body)).toEqual(['secret']);
  expect(fieldsRefusedInPortal(PORTAL_CAPABILITIES, body)).toEqual([]);
  expect(fieldsRefusedInPortal([], { name: 'a' })).toEqual([]);
});

test('a transformation is tried with a stored event only by who may view events', () => {
  const body = { eventId: 'evt_1' };
  expect(fieldsRefusedInPortal(['transformations:manage'], body)).toEqual(['eventId']);
  expect(fieldsRefusedInPortal(['transformations:manage', 'events:view'], body)).toEqual([]);
});

test('a field with null counts as set: it would remove what is there', () => {
  expect(fieldsRefusedInPortal(['endpoints:manage'], { transformation: null })).toEqual(['transformation']);
});

test.each([undefined, null, 'text', 7])('the body %s has no fields', (body) => {
  expect(fieldsRefusedInPortal([], body)).toEqual([]);
});
