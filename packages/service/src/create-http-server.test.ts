import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { ApiError, defineOperations } from '@hookline/contracts';
import { pino } from 'pino';
import Type from 'typebox';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpServer } from './create-http-server.ts';
import { createHealth } from './health.ts';
import { mountOperation } from './internal-api.ts';
import { createMetrics } from './metrics.ts';

class PostgresAway extends Error {}

async function start() {
  const lines: Record<string, unknown>[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const app = createHttpServer({
    logger: pino({}, sink),
    health: createHealth(),
    metrics: createMetrics('test'),
    dependencies: [{ name: 'Postgres', isAway: (error) => error instanceof PostgresAway }],
  });
  const { testThing } = defineOperations({
    testThing: {
      method: 'POST',
      path: '/things/:id',
      owner: 'delivery',
      role: 'tenant',
      scope: 'events:write',
      tag: 'Things',
      summary: 'Does what it is told',
      params: Type.Object({ id: Type.String() }),
      query: Type.Object({ cursor: Type.Optional(Type.String()) }),
      body: Type.Object({ name: Type.Optional(Type.String()), more: Type.Optional(Type.Unknown()) }),
      success: { status: 200, schema: Type.Object({ data: Type.Object({}) }) },
    },
  });
  mountOperation(
    app,
    testThing,
    () => ({ role: 'operator', keyId: 'k' }),
    ({ params }) => {
      if (params.id === 'away') throw new PostgresAway('connect ECONNREFUSED');
      if (params.id === 'defect') throw new Error('a secret of ours');
      if (params.id === 'field')
        throw new ApiError('invalid_request', { message: 'body/auth/key: is not one' });
      if (params.id === 'long')
        throw new ApiError('invalid_request', { message: `body/${'n/n/'.repeat(100_000)}s` });
      return { data: {} };
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const post = async (
    path: string,
    body: string | undefined = '{}',
    headers: Record<string, string> = {},
  ) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    });
    return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Body };
  };
  return { port, post, lines };
}
type Body = Record<string, unknown>;

/** Sends text as it is and returns what comes back until the connection ends. */
async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

test('while a dependency is away every call is 503 unavailable with Retry-After, in one log line without a stack', async () => {
  const { post, lines } = await start();
  for (let n = 0; n < 5; n++) {
    const { status, headers, json } = await post('/things/away');
    expect([status, headers.get('retry-after'), json['code']]).toEqual([503, '5', 'unavailable']);
    expect(json['error']).toBe('Postgres is unavailable at the moment; try again');
  }
  const [line, ...others] = lines.filter(({ msg }) => msg === 'requests cannot be served');
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    level: 40,
    code: 'unavailable',
    cause: 'connect ECONNREFUSED',
    suppressed: 0,
  });
  expect(JSON.stringify(lines)).not.toContain('    at ');
});

test('a defect is 500 without a word of what it was, and is logged with its stack', async () => {
  const { post, lines } = await start();
  const { status, json } = await post('/things/defect');
  expect([status, json['code'], json['error']]).toEqual([
    500,
    'internal',
    'Something went wrong on our side',
  ]);
  expect(JSON.stringify(lines)).toContain('a secret of ours');
});

test('text that cannot be kept is refused in every part of a request', async () => {
  const { post } = await start();
  for (const [path, body, message] of [
    ['/things/a%00b', '{}', 'params/id holds a NUL or half a surrogate pair'],
    ['/things/a?cursor=%00', '{}', 'querystring/cursor holds a NUL or half a surrogate pair'],
    ['/things/a', '{"name":"\\u0000"}', 'body/name holds a NUL or half a surrogate pair'],
    ['/things/a', '{"name":"\\ud800"}', 'body/name holds a NUL or half a surrogate pair'],
    ['/things/a', '{"more":{"\\u0000":1}}', 'body/more has a name with a NUL or half a surrogate pair'],
  ] as const) {
    const { status, json } = await post(path, body);
    expect([path, body, status, json['code'], json['error']]).toEqual([
      path,
      body,
      400,
      'invalid_request',
      message,
    ]);
  }
});

test('a body that is nested 20,000 deep is refused, as an array and as an object', async () => {
  const { post } = await start();
  for (const body of [
    `{"more":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    `{"more":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  ]) {
    const { status, json } = await post('/things/a', body);
    expect([status, json['code'], json['error']]).toEqual([
      400,
      'invalid_request',
      'body is nested more than 256 levels deep',
    ]);
  }
});

test('what the framework refuses before there is a route has the same shape as every other error', async () => {
  const { port, post } = await start();
  for (const [path, status, code] of [
    ['/things/%zz', 400, 'invalid_request'],
    ['/things/%ff', 400, 'invalid_request'],
    [`/things/${'x'.repeat(501)}`, 414, 'uri_too_long'],
    ['/nothing', 404, 'not_found'],
  ] as const) {
    const answer = await post(path);
    expect([path, answer.status, answer.json['code']]).toEqual([path, status, code]);
    expect(Object.keys(answer.json).sort()).toEqual(['code', 'error', 'requestId']);
  }
  for (const [text, status, code] of [
    ['NONSENSE\r\n\r\n', 400, 'invalid_request'],
    [`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'headers_too_large'],
  ] as const) {
    const answer = await sendRaw(port, text);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Body;
    expect(answer).toContain(`\r\nX-Request-Id: ${body['requestId']}\r\n`);
    expect([body['code'], Object.keys(body).sort()]).toEqual([code, ['code', 'error', 'requestId']]);
  }
});

test('an error whose text names a field has it in its details, and is read in linear time', async () => {
  const { post } = await start();
  expect((await post('/things/field')).json['details']).toEqual([
    { path: 'body/auth/key', message: 'is not one' },
  ]);
  const began = performance.now();
  expect((await post('/things/long')).json['details']).toBeUndefined();
  expect(performance.now() - began).toBeLessThan(1_000);
});

test('every answer has the id of its request, which is the caller’s own if that is well formed', async () => {
  const { post, lines } = await start();
  for (const [path, status] of [
    ['/things/a', 200],
    ['/nothing', 404],
    ['/things/%zz', 400],
    ['/things/field', 400],
    ['/things/defect', 500],
  ] as const) {
    const given = await post(path, '{}', { 'x-request-id': `of-${status}` });
    expect([path, given.status, given.headers.get('x-request-id')]).toEqual([path, status, `of-${status}`]);
    if (status >= 400) expect(given.json['requestId']).toBe(`of-${status}`);
    const made = await post(path, '{}', { 'x-request-id': 'not an id' });
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    if (status >= 400) expect(made.json['requestId']).toBe(made.headers.get('x-request-id'));
  }
  expect(lines.some(({ requestId }) => requestId === 'of-500')).toBe(true);
});

test('a caller that accepts problem details gets each error in that form', async () => {
  const { post } = await start();
  const accept = { accept: 'application/json, application/problem+json' };
  for (const [path, status, code] of [
    ['/things/away?cursor=1', 503, 'unavailable'],
    ['/things/field', 400, 'invalid_request'],
    ['/nothing', 404, 'not_found'],
    ['/things/%zz', 400, 'invalid_request'],
  ] as const) {
    const { headers, json } = await post(path, '{}', accept);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(headers.get('vary')).toBe('accept');
    expect(json).toMatchObject({ type: `/docs/errors#${code}`, status, code, instance: path.split('?')[0] });
    expect(json['requestId']).toBe(headers.get('x-request-id'));
  }
  const { headers } = await post('/things/a', '{}', accept);
  expect(headers.get('content-type')).toMatch(/^application\/json/);
});
