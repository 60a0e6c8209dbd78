import { ApiError, type Operation, type Scope } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { Reader } from './reader.ts';
import { type Query, runQuery } from './run-query.ts';

interface Scene {
  /** Answers by path. Absent: 404. */
  answers?: Record<string, object | (() => Promise<object>)>;
  scopes?: Scope[];
}

/** Runs a query whose reads are answered from a table, and notes them. */
async function run(
  query: string | Query,
  { answers = {}, scopes }: Scene = {},
  signal = new AbortController().signal,
) {
  const paths: string[] = [];
  const logged: Error[] = [];
  const reader = new Reader({
    async authorize({ scope }: Operation) {
      if (scopes && scope && !scopes.includes(scope)) throw new ApiError('scope_missing');
      return { role: 'tenant', tenant: 'acme', keyId: 'key_1' };
    },
    async ask(_operation, path) {
      paths.push(path);
      const answer = answers[path];
      if (answer === undefined)
        return { status: 404, bytes: Buffer.from('{"error":"Not found","code":"not_found"}') };
      const body = typeof answer === 'function' ? await answer() : answer;
      const status = 'code' in body ? 400 : 200;
      return { status, bytes: Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)) };
    },
  });
  const request = typeof query === 'string' ? { query } : query;
  const answer = await runQuery(request, reader, signal, (error) => logged.push(error));
  return { ...answer, paths, logged };
}

const page = (data: object[], nextCursor: string | null = null) => ({
  data,
  page: { limit: 10, hasMore: nextCursor !== null, nextCursor },
});

test('a list, the lists of its items and single things are read by the calls of the API, and each call is made once', async () => {
  const { data, errors, paths, extensions } = await run(
    `{ events(first: 2, eventType: "order.*") {
         nodes { id status deliveries(first: 5) { nodes { id attemptCount endpoint { name } } } }
         pageInfo { hasNextPage endCursor } } }`,
    {
      answers: {
        '/api/webhook-events?eventType=order.*&limit=2': page(
          [
            { id: 'evt_1', status: 'processed' },
            { id: 'evt_2', status: 'failed' },
          ],
          'next',
        ),
        '/api/deliveries?eventId=evt_1&limit=5': page([{ id: 'dlv_1', webhookId: 'ep_1', attempts: 1 }]),
        '/api/deliveries?eventId=evt_2&limit=5': page([{ id: 'dlv_2', webhookId: 'ep_1', attempts: 4 }]),
        '/api/webhooks/ep_1': { data: { name: 'Orders' } },
      },
    },
  );
  expect(errors).toBe(undefined);
  expect(JSON.parse(JSON.stringify(data))).toEqual({
    events: {
      nodes: [
        {
          id: 'evt_1',
          status: 'processed',
          deliveries: { nodes: [{ id: 'dlv_1', attemptCount: 1, endpoint: { name: 'Orders' } }] },
        },
        {
          id: 'evt_2',
          status: 'failed',
          deliveries: { nodes: [{ id: 'dlv_2', attemptCount: 4, endpoint: { name: 'Orders' } }] },
        },
      ],
      pageInfo: { hasNextPage: true, endCursor: 'next' },
    },
  });
  expect(paths.filter((path) => path === '/api/webhooks/ep_1')).toHaveLength(1);
  // 2 events, 5 deliveries each, an endpoint each.
  expect(extensions.cost).toBe(2 + 10 + 10);
});

test('a payload keeps the digits of its numbers', async () => {
  const event = Buffer.from('{"data":{"id":"evt_1","sizeBytes":30,"payload":{"id":12345678901234567890}}}');
  const { data } = await run('{ event(id: "evt_1") { payload } }', {
    answers: { '/api/webhook-events/evt_1': event },
  });
  expect(data?.['event']).toEqual({ payload: '{"id":12345678901234567890}' });
});

test('a large payload is left out, and is not read', async () => {
  const event = { data: { id: 'evt_1', sizeBytes: 300_000 } };
  const { data, paths } = await run('{ events(first: 1) { nodes { payload } } }', {
    answers: { '/api/webhook-events?limit=1': page([event.data]) },
  });
  expect(JSON.stringify(data)).toBe('{"events":{"nodes":[{"payload":null}]}}');
  expect(paths).toEqual(['/api/webhook-events?limit=1']);
});

test('the newest attempts of a delivery are read, oldest first', async () => {
  const attemptLog = [1, 2, 3].map((attempt) => ({ attempt }));
  const { data } = await run('{ delivery(id: "dlv_1") { attempts(first: 2) { attempt } } }', {
    answers: { '/api/deliveries/dlv_1': { data: { id: 'dlv_1', attemptLog } } },
  });
  expect(JSON.stringify(data)).toBe('{"delivery":{"attempts":[{"attempt":2},{"attempt":3}]}}');
});

test('a thing that the caller may not see is null', async () => {
  expect(await run('{ endpoint(id: "ep_of_another") { name } }')).toMatchObject({ data: { endpoint: null } });
});

test('a field whose scope the caller lacks is an error with its code, and the others are read', async () => {
  const { data, errors } = await run('{ event(id: "evt_1") { type } source(id: "src_1") { name } }', {
    answers: { '/api/webhook-events/evt_1': { data: { type: 'a.b' } } },
    scopes: ['events:read'],
  });
  expect(JSON.parse(JSON.stringify(data))).toEqual({ event: { type: 'a.b' }, source: null });
  expect(errors).toMatchObject([{ path: ['source'], extensions: { code: 'scope_missing' } }]);
});

test('a value that the API refuses is an error with the text and the code of the API', async () => {
  const { errors } = await run('{ events(first: 1, status: "odd") { nodes { id } } }', {
    answers: {
      '/api/webhook-events?status=odd&limit=1': {
        error: 'querystring/status must be one of …',
        code: 'invalid_request',
      },
    },
  });
  expect(errors).toMatchObject([
    { message: 'querystring/status must be one of …', extensions: { code: 'invalid_request' } },
  ]);
});

test('an error of our own is told to the log, and not to the caller', async () => {
  const { errors, logged } = await run('{ event(id: "evt_1") { type } }', {
    answers: { '/api/webhook-events/evt_1': () => Promise.reject(new Error('the secret cause')) },
  });
  expect(errors).toMatchObject([
    { message: 'Something went wrong on our side', extensions: { code: 'internal' } },
  ]);
  expect(JSON.stringify(errors)).not.toContain('secret');
  expect(logged.map(({ message }) => message)).toEqual(['the secret cause']);
});

test('a query that is not answered in time ends with an error', async () => {
  const abort = new AbortController();
  const answered = run(
    '{ event(id: "evt_1") { type } }',
    { answers: { '/api/webhook-events/evt_1': () => new Promise(() => {}) } },
    abort.signal,
  );
  setImmediate(() => abort.abort());
  const { errors } = await answered;
  expect(errors).toMatchObject([{ extensions: { code: 'unavailable' } }]);
});

test('eight calls of a query at most are under way at the same time', async () => {
  let [now, most] = [0, 0];
  const slow = async () => {
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return page([]);
  };
  const ids = Array.from({ length: 50 }, (_, index) => `evt_${index}`);
  const { errors } = await run('{ events(first: 50) { nodes { deliveries(first: 1) { nodes { id } } } } }', {
    answers: {
      '/api/webhook-events?limit=50': page(ids.map((id) => ({ id }))),
      ...Object.fromEntries(ids.map((id) => [`/api/deliveries?eventId=${id}&limit=1`, slow])),
    },
  });
  expect([errors, most]).toEqual([undefined, 8]);
});

const deep =
  '{ events(first: 1) { nodes { deliveries(first: 1) { nodes { event { deliveries(first: 1) { nodes { id } } } } } } } }';
const aliases = `{ ${Array.from({ length: 16 }, (_, index) => `e${index}: event(id: "${index}") { id }`).join(' ')} }`;
const fragments = `query { ...A } ${Array.from({ length: 60 }, (_, index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`).join(' ')} fragment F60 on Query { event(id: "1") { id } } fragment A on Query { ...F0 }`;

test.each<[string, string | Query, string]>([
  ['no query', 'now', 'Syntax Error'],
  ['an unknown field', '{ secrets }', 'Cannot query field "secrets"'],
  [
    'a list without "first"',
    '{ events { nodes { id } } }',
    'Argument "Query.events(first:)" of type "Int!" is required',
  ],
  ['too many items', '{ events(first: 101) { nodes { id } } }', '"first" must be a number from 1 to 100'],
  ['no items', '{ events(first: 0) { nodes { id } } }', '"first" must be a number from 1 to 100'],
  [
    'too many items by a variable',
    { query: 'query ($n: Int!) { events(first: $n) { nodes { id } } }', variables: { n: 1_000 } },
    '"first" must be a number from 1 to 100',
  ],
  [
    'too many items by a default',
    'query ($n: Int = 500) { events(first: $n) { nodes { id } } }',
    '"first" must be a number from 1 to 100',
  ],
  [
    'a variable that is not set',
    'query ($n: Int!) { events(first: $n) { nodes { id } } }',
    '"first" must be a number from 1 to 100',
  ],
  [
    'an answer with too many objects',
    '{ events(first: 100) { nodes { deliveries(first: 100) { nodes { id } } } } }',
    'more than 2,000 objects',
  ],
  ['fields too deep', deep, 'more than 6 levels'],
  ['too many aliases', aliases, 'more than 15 aliases'],
  ['a mutation', 'mutation { event(id: "1") { id } }', 'The mutation operation is not supported'],
  [
    'several operations without a name',
    'query A { event(id: "1") { id } } query B { event(id: "1") { id } }',
    'name one by operationName',
  ],
  ['too many tokens', `{ ${'a '.repeat(1_001)} }`, '1000 tokens'],
])('%s: the query is refused before anything is read', async (_name, query, message) => {
  const { errors, data, paths, extensions } = await run(query);
  expect(errors?.[0]?.message).toContain(message);
  expect(errors?.[0]?.extensions).toEqual({ code: 'invalid_query' });
  expect([data, paths, extensions]).toEqual([undefined, [], { cost: 0 }]);
});

test('fragments that name each other twice cost no more than their length', async () => {
  const startedAt = process.cpuUsage();
  const { errors } = await run(fragments, { answers: { '/api/webhook-events/1': { data: { id: '1' } } } });
  expect(errors).toBe(undefined);
  expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000);
});

test('introspection gives the schema and costs nothing, and its depth is bounded', async () => {
  const { data, extensions } = await run('{ __schema { queryType { fields { name } } } }');
  expect(JSON.stringify(data)).toContain('"connections"');
  expect(extensions.cost).toBe(0);
  const nested =
    '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }';
  expect((await run(nested)).errors?.[0]?.message).toContain('introspection depth');
});
