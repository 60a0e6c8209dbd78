import { findProgram } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listCalls, type System, startSystem } from '../src/index.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem(
    [{ name: 'ingest' }, { name: 'delivery' }, { name: 'scheduler' }, { name: 'gateway' }],
    { programOf: findProgram },
  );
});

afterAll(() => system?.stop());

interface Answer {
  call: string;
  status: number;
  code: string | undefined;
  retryAfter: string | null;
}

/** Makes every API call once, with its required parameters and with well-formed ids. */
async function callAll(): Promise<Answer[]> {
  const calls = await listCalls(system.stack.urls.gateway);
  return await Promise.all(
    calls.map(async ({ method, path, body }) => {
      const answer = await fetch(new URL(path, system.stack.urls.gateway), {
        method,
        headers: {
          authorization: `Bearer ${system.stack.secrets.operatorKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(60_000),
      });
      // The live feed does not end.
      const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
      const text = isStream ? '{}' : await answer.text();
      if (isStream) await answer.body?.cancel();
      expect(text).not.toMatch(/\n\s+at |ECONN/);
      return {
        call: `${method} ${path}`,
        status: answer.status,
        // An export has a JSON text on each line.
        code: (JSON.parse(text.split('\n', 1)[0] as string) as { code?: string }).code,
        retryAfter: answer.headers.get('retry-after'),
      };
    }),
  );
}

/** Makes every API call while a process is down. All services are ready again when it resolves. */
async function callAllWithout(name: string): Promise<Answer[]> {
  const { stack } = system;
  await stack.process(name).stop();
  try {
    return await callAll();
  } finally {
    await stack.process(name).restart();
    await Promise.all(['gateway', 'ingest', 'delivery'].map((each) => stack.process(each).ready()));
  }
}

/**
 * Calls that work without Postgres: they return constants of the code, tell of the operator key, publish or follow events. A
 * GraphQL query is answered 200 with its errors.
 */
const WITHOUT_POSTGRES = [
  'DELETE /api/session',
  'GET /api/feed',
  'GET /api/providers',
  'GET /api/session',
  'GET /api/webhooks/events',
  'GET /api/webhooks/events/types',
  'GET /api/webhooks/templates',
  'POST /api/events',
  'POST /api/events/batch',
  'POST /graphql',
];

function expectNoDefects(answers: readonly Answer[]): void {
  expect(answers.filter(({ status }) => status === 500 || status === 502)).toEqual([]);
  for (const { call, status, code, retryAfter } of answers) {
    if (status >= 500) expect([call, status, code, Number(retryAfter) > 0]).toEqual([call, 503, code, true]);
  }
}

test('while Postgres is down, every call that needs it is answered 503 unavailable with Retry-After, and recovers automatically', async () => {
  const before = await callAll();
  expectNoDefects(before);
  expect(before.filter(({ status }) => status >= 500)).toEqual([]);

  const during = await callAllWithout('postgres');
  expectNoDefects(during);
  const served = during.filter(({ status }) => status < 300).map(({ call }) => call);
  expect(served.sort()).toEqual(WITHOUT_POSTGRES);
  const unavailable = during.filter(({ code }) => code === 'unavailable');
  expect(unavailable.length).toBeGreaterThan(during.length - 25);
  expect((await callAll()).filter(({ status }) => status >= 500)).toEqual([]);
});

test('while NATS is down, no call fails with 500, and calls that need NATS are answered 503 with Retry-After and recover automatically', async () => {
  const during = await callAllWithout('nats');
  expectNoDefects(during);
  expect(during.find(({ call }) => call === 'GET /api/ledger')).toMatchObject({ code: 'unavailable' });
  expect(during.find(({ call }) => call === 'GET /api/webhooks')).toMatchObject({ status: 200 });
  expect((await callAll()).filter(({ status }) => status >= 500)).toEqual([]);
});

test('while a service is down, its calls are answered 503 unavailable with Retry-After, and other calls work', async () => {
  const during = await callAllWithout('delivery');
  expectNoDefects(during);
  expect(during.find(({ call }) => call === 'GET /api/webhooks')).toMatchObject({
    status: 503,
    code: 'unavailable',
    retryAfter: '5',
  });
  expect(during.find(({ call }) => call === 'GET /api/sources')).toMatchObject({ status: 200 });
  expect((await callAll()).filter(({ status }) => status >= 500)).toEqual([]);
});
