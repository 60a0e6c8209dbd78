import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { ApiError } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { createExports, type ExportPage, type ExportsOptions } from './exports.ts';

const page = (from: number, count: number, text = ''): ExportPage => ({
  lines: Array.from({ length: count }, (_, n) => JSON.stringify({ n: from + n, text })),
  position: `evt_${from + count}`,
});
const cursorOf = (position: string) => Buffer.from(position).toString('base64url');

async function serve(pages: () => AsyncIterable<ExportPage>, options: ExportsOptions = {}) {
  const app = Fastify();
  const exports = createExports(options);
  app.addHook('preClose', (done) => {
    exports.close();
    done();
  });
  app.get<{ Querystring: { tenant?: string; cursor?: string } }>('/', (request, reply) =>
    exports.send(request, reply, {
      tenant: request.query.tenant,
      filename: 'events',
      cursor: request.query.cursor,
      pages: pages(),
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  return { app, exports, port: (app.server.address() as AddressInfo).port };
}

const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

async function* pagesOf(...pages: ExportPage[]) {
  yield* pages;
}

test('an export is a line for each item, and ends with a line that has their number and the cursor', async () => {
  const { app } = await serve(() => pagesOf(page(0, 2), page(2, 0), page(2, 1)));
  const answer = await app.inject('/');
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, 'application/x-ndjson']);
  expect(answer.headers['content-disposition']).toBe('attachment; filename="events.ndjson"');
  expect(linesOf(answer.body)).toEqual([
    { n: 0, text: '' },
    { n: 1, text: '' },
    { n: 2, text: '' },
    { end: true, count: 3, cursor: cursorOf('evt_3') },
  ]);
});

test('an export without items repeats the cursor that it began at', async () => {
  const { app } = await serve(() => pagesOf());
  expect(linesOf((await app.inject('/')).body)).toEqual([{ end: true, count: 0, cursor: null }]);
  expect(linesOf((await app.inject('/?cursor=abc')).body)).toEqual([{ end: true, count: 0, cursor: 'abc' }]);
});

test('after every thousand items there is a cursor, so that a cut export can be continued', async () => {
  const { app } = await serve(() => pagesOf(page(0, 700), page(700, 700), page(1_400, 700), page(2_100, 1)));
  const marks = linesOf((await app.inject('/')).body).filter((line) => 'end' in line);
  expect(marks).toEqual([
    { end: false, count: 1_400, cursor: cursorOf('evt_1400') },
    { end: true, count: 2_101, cursor: cursorOf('evt_2101') },
  ]);
});

test('an export is compressed only for a caller that accepts gzip', async () => {
  const { app } = await serve(() => pagesOf(page(0, 3)));
  const accept = (encoding: string) => app.inject({ url: '/', headers: { 'accept-encoding': encoding } });
  for (const encoding of ['gzip', 'br, GZIP;q=0.5']) {
    const answer = await accept(encoding);
    expect(answer.headers['content-encoding']).toBe('gzip');
    expect(linesOf(gunzipSync(answer.rawPayload).toString())).toHaveLength(4);
  }
  for (const encoding of ['br', 'gzip;q=0', 'identity']) {
    expect((await accept(encoding)).headers['content-encoding']).toBeUndefined();
  }
});

test('an error of the first page has its own status, and an error of a later page cuts the answer', async () => {
  let failing = 0;
  const { port } = await serve(async function* () {
    if (failing === 0) throw new ApiError('invalid_request');
    yield page(0, 1);
    throw new Error('lost');
  });
  const get = () => fetch(`http://127.0.0.1:${port}/`);
  expect((await get()).status).toBe(400);
  failing = 1;
  await expect(get().then((answer) => answer.text())).rejects.toThrow();
  // Neither error keeps the next export from beginning.
  failing = 0;
  expect((await get()).status).toBe(400);
});

/** Never ends, and counts the pages that were read. */
function endless() {
  const state = { pages: 0, isEnded: false };
  async function* pages() {
    try {
      for (;;) yield page(state.pages++, 10, 'x'.repeat(10_000));
    } finally {
      state.isEnded = true;
    }
  }
  return { state, pages };
}

/** Asks for an export and reads none of the answer. */
async function startReader(port: number, path = '/') {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  socket.pause();
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: h\r\n\r\n`);
  return socket;
}

test('one export of a tenant runs at a time, and the next one may begin when its caller has gone', async () => {
  const { state, pages } = endless();
  const { port } = await serve(pages);
  const socket = await startReader(port, '/?tenant=acme');
  await until(() => state.pages > 0);
  const refused = await fetch(`http://127.0.0.1:${port}/?tenant=acme`);
  expect(refused.status).toBe(429);
  await refused.text();
  const other = await startReader(port, '/?tenant=other');
  other.destroy();
  socket.destroy();
  await until(async () => {
    const next = new AbortController();
    const answer = await fetch(`http://127.0.0.1:${port}/?tenant=acme`, { signal: next.signal });
    next.abort();
    return answer.status === 200;
  });
});

test('a caller that reads slowly holds back the reading of pages', async () => {
  const { state, pages } = endless();
  const { port } = await serve(pages);
  await startReader(port);
  // The pages stop when the buffers of both sockets are full: far below this number.
  let before = -1;
  await until(
    () => {
      const isStill = state.pages > 0 && state.pages === before;
      before = state.pages;
      return isStill;
    },
    { everyMs: 500 },
  );
  expect(state.pages).toBeLessThan(1_000);
  expect(state.isEnded).toBe(false);
});

test('a caller that reads nothing for a while is cut, and the reading of pages ends', async () => {
  const { state, pages } = endless();
  const { port } = await serve(pages, { stallTimeoutMs: 200 });
  await startReader(port);
  await until(() => state.isEnded);
});

test('a server that closes cuts its exports and does not wait for them', async () => {
  const { state, pages } = endless();
  const { app, port } = await serve(pages);
  await startReader(port);
  await until(() => state.pages > 0);
  await app.close();
  await until(() => state.isEnded);
});
