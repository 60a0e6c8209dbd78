import {
  API_OPERATIONS,
  allowsInPortal,
  type FurtherScope,
  type Operation,
  operations,
  PORTAL_CAPABILITIES,
  type PortalCapability,
  SCOPES,
  type Scope,
} from '@hookline/contracts';
import {
  createTestDatabase,
  type Receiver,
  startReceiver,
  startTestNats,
  type TestDatabase,
  type TestNats,
} from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from './call-api.ts';
import { openPortal } from './open-portal.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

let nats: TestNats;
let database: TestDatabase;
let services: Receiver;
let gateway: TestGateway;
/** An operator's key for each list of scopes. */
const keys = new Map<string, string>();

beforeAll(async () => {
  [nats, database, services] = await Promise.all([startTestNats(), createTestDatabase(), startReceiver()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    upstreams: { ingest: services.url, delivery: services.url, scheduler: services.url },
  });
});

afterAll(async () => {
  await gateway?.close();
  await Promise.all([nats?.stop(), services?.close()]);
  await database?.drop();
});

async function keyWith(scopes: readonly string[], userId?: string): Promise<string> {
  const name = `${userId} ${scopes.join(' ')}`;
  const known = keys.get(name);
  if (known !== undefined) return known;
  const { status, body } = await callApi(gateway.url, 'POST', '/api/keys', { body: { scopes, userId } });
  expect(status).toBe(201);
  keys.set(name, body.data.key);
  return body.data.key;
}

/** What a key with the scope of the call alone may ask for, where the default asks for more. */
const BODIES: Readonly<Record<string, object>> = { [operations.createApiKey.id]: { scopes: ['admin'] } };

/** Calls an operation with ids and a body that it need not like: who may not call it learns nothing of that. */
async function call(
  { id, method, path, body }: Operation,
  key: string,
): Promise<[number, string | undefined]> {
  const answer = await callApi(gateway.url, method, path.replaceAll(/:\w+/g, 'id_1'), {
    key,
    ...(body ? { body: BODIES[id] ?? {} } : {}),
  }).catch(() => undefined);
  return [answer?.status ?? 0, answer?.body?.code];
}

const without = (scope: Scope) => SCOPES.filter((each) => each !== scope);
const scoped = API_OPERATIONS.filter(({ scope }) => scope !== null).map((each) => [each.id, each] as const);

test.each(scoped)(
  '%s is refused to a key with every scope but its own, and reaches no service',
  async (_id, operation) => {
    const before = services.requests.length;
    expect(await call(operation, await keyWith(without(operation.scope as Scope)))).toEqual([
      403,
      'scope_missing',
    ]);
    expect(services.requests.length).toBe(before);
  },
);

test.each(scoped)('%s is not refused to a key that has nothing but its scope', async (_id, operation) => {
  const [, code] = await call(operation, await keyWith([operation.scope as Scope]));
  expect(code).not.toBe('scope_missing');
});

/** A call with the value of the field for which it needs a further scope. */
async function callWithFurther(operation: Operation & { furtherScope: FurtherScope }, scopes: Scope[]) {
  const { method, path, body, furtherScope } = operation;
  const { in: part, field, value } = furtherScope;
  const given = { [field]: value };
  const target = `${path.replaceAll(/:\w+/g, 'id_1')}${part === 'query' ? `?${field}=${value}` : ''}`;
  const sent = part === 'body' ? { ...MINIMAL_BODIES[operation.id], ...given } : {};
  const answer = await callApi(gateway.url, method, target, {
    key: await keyWith(scopes),
    ...(body ? { body: sent } : {}),
  });
  return [answer.status, answer.body?.code, answer.body?.error];
}

/** What is required besides the field. */
const MINIMAL_BODIES: Readonly<Record<string, object>> = {
  [operations.createEndpoint.id]: { name: 'a', url: 'https://example.com', events: ['*'] },
  [operations.bulkParkedKeys.id]: { filter: { endpointTag: 'eu' } },
};
const further = API_OPERATIONS.filter((each) => (each as Operation).furtherScope !== undefined).map(
  (each) => [each.id, each as Operation & { furtherScope: FurtherScope }] as const,
);

test('to show or forward the secrets of a source needs the scope that sets them, and to discard the one that discards', () => {
  expect(Object.fromEntries(further.map(([id, { furtherScope }]) => [id, furtherScope.scope]))).toEqual({
    createEndpoint: 'sources:write',
    updateEndpoint: 'sources:write',
    patchEndpoint: 'sources:write',
    getEventRequest: 'sources:write',
    getRawEventRequest: 'sources:write',
    bulkParkedKeys: 'replays:write',
  });
});

test.each(further)(
  '%s with the value that needs a further scope is refused without it, is not forwarded, and the text names both',
  async (_id, operation) => {
    const { scope, furtherScope } = operation;
    const before = services.requests.length;
    const [status, code, error] = await callWithFurther(operation, without(furtherScope.scope));
    expect([status, code]).toEqual([403, 'scope_missing']);
    expect(error).toContain(
      `${furtherScope.field} ${furtherScope.value} needs the scope "${furtherScope.scope}"`,
    );
    // The audit reads a thing before it is changed.
    const since = services.requests.slice(before);
    expect(since.filter(({ method }) => method === operation.method).length).toBe(0);
    const [, allowed] = await callWithFurther(operation, [scope as Scope, furtherScope.scope]);
    expect(allowed).not.toBe('scope_missing');
  },
);

/** They are sent with POST and change nothing, or concern the caller's own session or views alone. */
const NO_WRITES: ReadonlySet<string> = new Set([
  operations.explainEndpoint.id,
  operations.diagnoseSource.id,
  operations.queryGraphql.id,
  operations.createFeedTicket.id,
  operations.createSession.id,
  operations.deleteSession.id,
  operations.exchangePortalToken.id,
  operations.renewPortalToken.id,
  operations.createView.id,
  operations.updateView.id,
  operations.deleteView.id,
]);
const writes = API_OPERATIONS.filter(({ id, method }) => method !== 'GET' && !NO_WRITES.has(id)).map(
  (each) => [each.id, each] as const,
);

test.each(writes)(
  '%s is refused to a read-only operator and a read-only tenant, and reaches no service',
  async (_id, operation) => {
    const before = services.requests.length;
    for (const userId of [undefined, 'acme']) {
      expect(await call(operation, await keyWith(['*:read'], userId))).toEqual([403, 'scope_missing']);
    }
    expect(services.requests.length).toBe(before);
  },
);

test.each(API_OPERATIONS.filter(({ role }) => role === 'operator').map((each) => [each.id, each] as const))(
  '%s is refused to a tenant with every scope',
  async (_id, operation) => {
    const before = services.requests.length;
    expect(await call(operation, await keyWith(SCOPES, 'acme'))).toEqual([403, 'forbidden']);
    expect(services.requests.length).toBe(before);
  },
);

/** A capability with the one that it cannot be without. */
const withNeeded = (capability: PortalCapability): PortalCapability[] =>
  capability === 'deliveries:view' ? ['events:view', capability] : [capability];

/** The token of a portal session with one capability and what it needs. */
async function portalTokenWith(capability: PortalCapability): Promise<string> {
  const known = keys.get(capability);
  if (known !== undefined) return known;
  const { token } = await openPortal(gateway.url, { userId: 'acme', capabilities: withNeeded(capability) });
  keys.set(capability, token);
  return token;
}

test.each(API_OPERATIONS.map((each) => [each.id, each] as const))(
  '%s is open to a portal session with the capability for it, and is refused to every other one before any service',
  async (id, operation) => {
    for (const capability of PORTAL_CAPABILITIES) {
      const token = await portalTokenWith(capability);
      const before = services.requests.length;
      const [status, code] = await call(operation, token);
      if (allowsInPortal(withNeeded(capability), id)) {
        expect(['forbidden', 'scope_missing', 'unauthenticated']).not.toContain(code);
        expect([capability, status > 0]).toEqual([capability, true]);
      } else {
        const isExchange = id === operations.exchangePortalToken.id;
        expect([capability, status, code]).toEqual(
          isExchange ? [capability, 401, 'unauthenticated'] : [capability, 403, 'forbidden'],
        );
        expect(services.requests.length).toBe(before);
      }
    }
  },
);
