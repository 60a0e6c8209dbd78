import { API_OPERATIONS, type Operation, operations, type Warning } from '@hookline/contracts';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpServer } from './create-http-server.ts';
import { createHealth } from './health.ts';
import { mountOperation } from './internal-api.ts';
import { createMetrics } from './metrics.ts';

// Every operation as it is, with a right request made of its schemas, of which one field at a time is made wrong.

interface Schema extends Record<string, unknown> {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  items?: Schema;
  pattern?: string;
  format?: string;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  patternProperties?: Record<string, Schema>;
  additionalProperties?: boolean;
  default?: unknown;
  readOnly?: boolean;
}

/** A text that fits, for each pattern there is: a new one has to be added here. */
const FITTING: readonly string[] = [
  '503',
  'projects/p/topics/t',
  'https://github.example.com',
  'order.paid',
  '/order/id',
  'whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=',
  'text/plain',
  'POST',
  'x-name',
  'someone@example.com',
  '503',
  '#3b6fe0',
  'a',
];

let app: FastifyInstance;
beforeAll(async () => {
  app = createHttpServer({
    logger: pino({ level: 'silent' }),
    health: createHealth(),
    metrics: createMetrics('test'),
    dependencies: [],
  });
  for (const operation of API_OPERATIONS)
    mountOperation(
      app,
      operation,
      () => ({ role: 'operator', keyId: 'k' }),
      ({ body, query }) => ({ body, query }),
    );
  await app.ready();
});
afterAll(() => app.close());

async function call(operation: Operation, query: unknown, body: unknown) {
  const path = operation.path.replaceAll(/:\w+/g, 'order.paid');
  const search = new URLSearchParams(query as Record<string, string>);
  const { statusCode, payload } = await app.inject({
    method: operation.method,
    url: `${path}?${search}`,
    ...(operation.body
      ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      : {}),
  });
  return {
    status: statusCode,
    json: JSON.parse(payload) as { error: string; code: string; details: Warning[] },
  };
}

/** A value that the schema takes, with everything in it that may be there. */
function sampleOf(schema: Schema): unknown {
  if (schema.anyOf) return sampleOf(schema.anyOf[0] as Schema);
  if (schema.enum) return schema.enum[0];
  if ('const' in schema) return schema.const;
  switch (schema.type) {
    case 'string': {
      if (schema.format === 'date-time') return '2026-03-01T12:00:00Z';
      if (schema.pattern === undefined) return 'a'.repeat(schema.minLength ?? 1);
      const { pattern } = schema;
      const fitting = FITTING.find((text) => new RegExp(pattern, 'u').test(text));
      if (fitting === undefined) throw new Error(`no text for ${pattern}`);
      return fitting;
    }
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () => sampleOf(schema.items ?? {}));
    case 'object': {
      const named = Object.entries(schema.properties ?? {}).filter(([, each]) => !each.readOnly);
      const free = Object.values(schema.patternProperties ?? {}).map((each) => ['x', each] as const);
      return Object.fromEntries([...named, ...free].map(([name, each]) => [name, sampleOf(each)]));
    }
    default:
      return null;
  }
}

interface Wrong {
  /** Of the field that is wrong, below the value, as a JSON pointer. */
  path: string;
  /** The whole value, right but for that. */
  value: unknown;
  /** What the message must hold. */
  says: string;
}

/** Every way in which one field can be wrong: another type, out of its range, not among its values; one too many, one missing. */
function* wrongs(schema: Schema): Generator<Wrong> {
  const wrong = (value: unknown, says = ''): Wrong => ({ path: '', value, says });
  if (schema.anyOf) {
    const variants = schema.anyOf.filter(({ type }) => type !== 'null');
    const objects = variants.filter(({ type }) => type === 'object');
    const isTagged = objects.every(({ properties }) =>
      Object.values(properties ?? {}).some((each) => 'const' in each),
    );
    for (const variant of variants)
      for (const each of wrongs(variant)) {
        // What one variant refuses as a whole may be another.
        if (each.path === '' && variants.some((other) => other !== variant && isOfKind(other, each.value)))
          continue;
        // Without a tag, nothing says which variant an empty object is.
        if (objects.length > 1 && !isTagged && each.says === 'is missing')
          yield wrong({}, 'must have one field of');
        else yield each;
      }
    return;
  }
  if ('const' in schema) yield wrong(`${schema.const}x`, `did you mean ${schema.const}?`);
  else if (schema.enum) {
    // Only a text is compared with the values that it may have meant.
    const guess = typeof schema.enum[0] === 'string' ? 'did you mean ' : '';
    yield wrong(`${schema.enum[0]}x`, `${guess}${schema.enum[0]}`);
    yield wrong(7, String(schema.enum[0]));
  } else yield* wrongsOfType(schema, wrong);
}

const isOfKind = (schema: Schema, value: unknown) =>
  schema.type === (Array.isArray(value) ? 'array' : typeof value) ||
  (schema.enum !== undefined && typeof value === 'string');

function* wrongsOfType(schema: Schema, wrong: (value: unknown, says?: string) => Wrong): Generator<Wrong> {
  const { minimum, maximum, maxLength, pattern, maxItems } = schema;
  const sample = sampleOf(schema);
  switch (schema.type) {
    case 'string':
      yield wrong(7);
      if (schema.minLength) yield wrong('', String(schema.minLength));
      if (maxLength !== undefined && maxLength < 100_000)
        yield wrong('a'.repeat(maxLength + 1), String(maxLength));
      if (pattern !== undefined && !new RegExp(pattern, 'u').test('é\u0001 /'))
        yield wrong('é\u0001 /', 'must be ');
      if (schema.format !== undefined) yield wrong('yesterday', 'RFC 3339');
      return;
    case 'integer':
    case 'number':
      yield wrong('many', 'a whole number');
      yield wrong(1.5, 'a whole number');
      if (minimum !== undefined) yield wrong(minimum - 1, String(minimum));
      if (maximum !== undefined) yield wrong(maximum + 1, String(maximum));
      return;
    case 'boolean':
      yield wrong('maybe', 'true or false');
      return;
    case 'array':
      yield wrong(7, 'a list');
      if (schema.minItems) yield wrong([], String(schema.minItems));
      if (maxItems !== undefined && maxItems < 300)
        yield wrong(
          Array.from({ length: maxItems + 1 }, () => (sample as unknown[])[0]),
          String(maxItems),
        );
      for (const { path, value, says } of wrongs(schema.items ?? {}))
        yield { path: `/0${path}`, value: [value, ...(sample as unknown[]).slice(1)], says };
      return;
    case 'object': {
      yield wrong(7, 'an object');
      const object = sample as Record<string, unknown>;
      const properties = Object.entries(schema.properties ?? {}).filter(([, each]) => !each.readOnly);
      const free = Object.values(schema.patternProperties ?? {}).map((each) => ['x', each] as const);
      for (const [name, each] of [...properties, ...free])
        for (const { path, value, says } of wrongs(each))
          yield { path: `/${name}${path}`, value: { ...object, [name]: value }, says };
      for (const [name, each] of properties) {
        if (!schema.required?.includes(name) || each.default !== undefined) continue;
        const { [name]: _, ...others } = object;
        yield { path: `/${name}`, value: others, says: 'is missing' };
      }
      if (schema.additionalProperties === false && schema.patternProperties) {
        yield { path: '/a b', value: { ...object, 'a b': 'x' }, says: 'has a name that is not allowed' };
      } else if (schema.additionalProperties === false) {
        const name = `${properties[0]?.[0]}x`;
        yield { path: `/${name}`, value: { ...object, [name]: 1 }, says: 'is unknown: did you mean ' };
      }
      return;
    }
    default:
  }
}

const casesOf = (part: 'query' | 'body') =>
  API_OPERATIONS.flatMap((operation) => {
    const schema = operation[part] as Schema | undefined;
    return schema ? [...wrongs(schema)].map((wrong) => ({ operation, ...wrong })) : [];
  });

test.each(API_OPERATIONS.map((operation) => [operation.id, operation] as const))(
  'a request of everything that %s takes is right',
  async (_id, operation) => {
    const { status, json } = await call(
      operation,
      operation.query ? sampleOf(operation.query as Schema) : {},
      operation.body ? sampleOf(operation.body as Schema) : undefined,
    );
    expect([status, json.details]).toEqual([operation.success.status, undefined]);
  },
);

test('each field of each body, wrong by itself, is named, and no other', async () => {
  const cases = casesOf('body');
  expect(cases.length).toBeGreaterThan(500);
  const others: unknown[] = [];
  for (const { operation, path, value, says } of cases) {
    const { status, json } = await call(operation, {}, value);
    const named = json.details?.map((each) => each.path);
    const [problem] = json.details ?? [];
    const isNamed = named?.length === 1 && named[0] === `body${path}` && problem?.message.includes(says);
    const isSaid = json.error === `${problem?.path} ${problem?.message}`;
    if (status !== 400 || !isNamed || !isSaid) others.push([operation.id, path, says, status, json.details]);
  }
  expect(others).toEqual([]);
});

/** The fields of a query that have to be there, with right values. */
function neededIn(query: Schema | undefined): Record<string, unknown> {
  const sample = sampleOf(query ?? { type: 'object' }) as Record<string, unknown>;
  const isNeeded = (name: string) =>
    query?.required?.includes(name) && query.properties?.[name]?.default === undefined;
  return Object.fromEntries(Object.entries(sample).filter(([name]) => isNeeded(name)));
}

test('each field of each query, wrong by itself, is named, and no other', async () => {
  const nothing = API_OPERATIONS.map((operation) => ({
    operation,
    path: '/nothing',
    value: { nothing: 'x' } as unknown,
    says: 'is unknown',
  }));
  // In a query every value is a text.
  const cases = [...casesOf('query'), ...nothing].flatMap(({ path, value, ...rest }) => {
    const name = path.slice(1);
    const text = (value as Record<string, unknown>)[name];
    return name === '' || text === undefined || text === 7 ? [] : [{ ...rest, name, text: String(text) }];
  });
  expect(cases.length).toBeGreaterThan(150);
  const others: unknown[] = [];
  for (const { operation, name, text, says } of cases) {
    const { status, json } = await call(
      operation,
      { ...neededIn(operation.query as Schema | undefined), [name]: text },
      sampleOf((operation.body ?? {}) as Schema),
    );
    const named = json.details?.map((each) => each.path);
    const [problem] = json.details ?? [];
    const isNamed =
      named?.length === 1 && named[0] === `querystring/${name}` && problem?.message.includes(says);
    if (status !== 400 || !isNamed)
      others.push([operation.id, name, text.slice(0, 50), says, status, json.details]);
  }
  expect(others).toEqual([]);
});

test('a number in a query is read as a number, whether or not its field has a default', async () => {
  const { status, json } = await call(operations.listEndpoints, { limit: '7', offset: '3' }, undefined);
  expect([status, (json as unknown as { query: unknown }).query]).toEqual([200, { limit: 7, offset: 3 }]);
});

test('every pattern of the contracts has words for it', () => {
  const without: unknown[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { pattern, 'x-patternText': text } = value as Schema;
    if (typeof pattern === 'string' && (typeof text !== 'string' || text === '')) without.push(value);
    for (const each of Object.values(value)) look(each);
  };
  for (const { query, params, body } of API_OPERATIONS) for (const part of [query, params, body]) look(part);
  expect(without).toEqual([]);
});

async function detailsOf(path: string, method: string, body: unknown): Promise<Warning[]> {
  const { payload } = await app.inject({
    method: method as 'POST',
    url: path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (JSON.parse(payload) as { details: Warning[] }).details;
}

test('a field that may be anything is merely said to be missing', async () => {
  expect(await detailsOf('/api/events', 'POST', { type: 'a.b' })).toEqual([
    { path: 'body/data', message: 'is missing' },
  ]);
});

const ENDPOINT = { name: 'a', url: 'https://example.com', events: ['*'] };

test.each([
  [
    'auth without a username',
    { auth: { type: 'bearer' } },
    [['body/auth/token', /^is missing: a text of 1 to 4096 characters$/]],
  ],
  [
    'auth of no type',
    { auth: { token: 'x' } },
    [['body/auth/type', /^is missing: one of basic, bearer, api_key/]],
  ],
  [
    'auth of another type',
    { auth: { type: 'baerer', token: 'x' } },
    [['body/auth/type', /did you mean bearer\?$/]],
  ],
  [
    'a template with a typing error',
    { transformation: { template: 'slak' } },
    [['body/transformation/template', /^must be one of slack, discord, .*: did you mean slack\?$/]],
  ],
  [
    'code and a template',
    { transformation: { code: 'x', template: 'slack' } },
    [['body/transformation/template', /^does not go with code/]],
  ],
  [
    'a schedule by a part of its name',
    { retrySchedule: 'standard' },
    [
      [
        'body/retrySchedule',
        /^must be a list .*, or one of standard-webhooks, meta, or null: did you mean standard-webhooks\?$/,
      ],
    ],
  ],
  [
    'a wait that is too long',
    { retrySchedule: [1, 700_000] },
    [['body/retrySchedule/1', /^must be a whole number from 1 to 604800$/]],
  ],
  [
    'a type that is none',
    { events: ['a b'] },
    [['body/events/0', /^must be an event type \(letters, digits/]],
  ],
] as const)('%s: the answer says what is meant', async (_what, fields, expected) => {
  const details = await detailsOf('/api/webhooks', 'POST', { ...ENDPOINT, ...fields });
  expect(details).toEqual(
    expected.map(([path, message]) => ({ path, message: expect.stringMatching(message) })),
  );
});

test('all unknown fields are named, each with the name that is near to it', async () => {
  const names = ['nmae', 'retryDelays', 'timeoutSecond', 'headrs', 'evnts', 'filtre', 'signings', 'metod'];
  const unknown = Object.fromEntries(names.map((name) => [name, 1]));
  const details = await detailsOf('/api/webhooks', 'POST', { ...ENDPOINT, ...unknown });
  expect(details.map(({ path }) => path)).toEqual(names.map((name) => `body/${name}`));
  const meant = ['name', 'retryDelay', 'timeoutSeconds', 'headers', 'events', 'filter', 'signing', 'method'];
  expect(details.map(({ message }) => message)).toEqual(
    meant.map((name) => `is unknown: did you mean ${name}?`),
  );
});

test('of more wrong fields than anybody reads, the first hundred are named', async () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, n) => [`field${n}`, 1]));
  const details = await detailsOf('/api/webhooks', 'POST', { ...ENDPOINT, ...many });
  expect(details).toHaveLength(101);
  expect(details.at(-1)?.message).toBe('has more than 100 fields that are wrong or unknown');
});

test('an endpoint, a source and an event type that were read can be sent back: what is only shown is left out', async () => {
  const shown = { id: 'x', createdAt: 'x', updatedAt: 'x' };
  for (const [path, body, taken] of [
    [
      '/api/webhooks/x',
      {
        ...shown,
        ...ENDPOINT,
        verified: true,
        disabledAt: null,
        disabledReason: null,
        recentDeliveries: [],
        health: {},
        userId: 't',
      },
      ENDPOINT,
    ],
    [
      '/api/sources/x',
      { ...shown, provider: 'github', url: 'x', secretsSetAt: [], name: 'a', userId: 't' },
      { name: 'a' },
    ],
    [
      '/api/webhooks/events/order.paid',
      { type: 'order.paid', provider: 'app', origin: 'own', description: 'a' },
      { description: 'a' },
    ],
  ] as const) {
    const send = async (each: object) => {
      const { payload } = await app.inject({
        method: 'PUT',
        url: path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(each),
      });
      return JSON.parse(payload) as { body: unknown; details: Warning[] };
    };
    expect((await send(body)).body).toEqual(taken);
    expect((await send({ ...body, colour: 1 })).details.map((each) => each.path)).toEqual(['body/colour']);
  }
});

test.each([
  [operations.getEndpoint, operations.updateEndpoint],
  [operations.getEndpoint, operations.patchEndpoint],
  [operations.getSource, operations.updateSource],
  [operations.getSource, operations.patchSource],
])('all that %o answers with can be sent back', (read, change) => {
  const data = (read.success.schema as unknown as Schema).properties?.['data'] as Schema & {
    allOf?: Schema[];
  };
  const shown = [data, ...(data.allOf ?? [])].flatMap((each) => Object.keys(each.properties ?? {}));
  const taken = Object.keys((change.body as unknown as Schema).properties ?? {});
  expect(shown.length).toBeGreaterThan(10);
  // A tenant's name says whose it is, in the query or in the body.
  expect(shown.filter((name) => !taken.includes(name))).toEqual(['userId']);
});
