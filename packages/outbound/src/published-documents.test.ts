import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { createAddressGuard } from './address-guard.ts';
import { createPublishedDocuments, type PublishedDocumentsOptions } from './published-documents.ts';

const SECOND = 1_000;
let time = 0;
beforeEach(() => {
  time = 1_700_000_000 * SECOND;
});

/** Starts a server that counts its requests, and documents with a clock that the test sets. */
async function start(answer: RequestListener, options: Partial<PublishedDocumentsOptions> = {}) {
  const served = { count: 0 };
  const server = createServer((request, response) => {
    served.count++;
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const documents = createPublishedDocuments({
    guard: createAddressGuard({ allowPrivate: true }),
    now: () => time,
    ...options,
  });
  onTestFinished(async () => {
    await documents.close();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const text = async (of = url, fetchOptions = {}) =>
    (await documents.fetchPublished(of, fetchOptions)).toString();
  return { served, url, text };
}

/** Waits until a fetch in the background has reached the server and has ended. */
async function settled(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await wait(5);
  await wait(20);
}

describe('a document is kept', () => {
  test.each([
    ['for the time that max-age says', 'max-age=3600', 3600],
    ['for at least a minute', 'max-age=1', 60],
    ['for a minute if Cache-Control forbids storing it', 'no-store', 60],
    ['for at most a day', 'max-age=9999999', 86_400],
    ['for ten minutes if it has no Cache-Control', undefined, 600],
  ])('%s', async (_name, cacheControl, seconds) => {
    const { served, text } = await start((_request, response) => {
      if (cacheControl !== undefined) response.setHeader('cache-control', cacheControl);
      response.end(`document ${served.count}`);
    });
    expect(await text()).toBe('document 1');
    time += seconds * SECOND - 1;
    expect(await text()).toBe('document 1');
    expect(served.count).toBe(1);

    time += 1;
    // The old copy is returned at once while the new document is fetched.
    expect(await text()).toBe('document 1');
    await settled(() => served.count === 2);
    expect(await text()).toBe('document 2');
    expect(served.count).toBe(2);
  });
});

test('simultaneous callers share one fetch', async () => {
  const { served, text } = await start((_request, response) => void setTimeout(() => response.end('x'), 50));
  expect(await Promise.all([text(), text(), text(undefined, { fresh: true })])).toEqual(['x', 'x', 'x']);
  expect(served.count).toBe(1);
});

test('fresh fetches the document again, but at most once in 10 s', async () => {
  const { served, text } = await start((_request, response) => void response.end(`${served.count}`));
  expect(await text()).toBe('1');
  expect(await text(undefined, { fresh: true })).toBe('1');
  time += 10 * SECOND;
  expect(await text(undefined, { fresh: true })).toBe('2');
  expect(await text(undefined, { fresh: true })).toBe('2');
  expect(await text()).toBe('2');
});

test('while the document cannot be fetched, the old copy is used for one more day and then no longer', async () => {
  let isDown = false;
  const { served, text } = await start((_request, response) => {
    response.statusCode = isDown ? 500 : 200;
    response.end('old');
  });
  await text();
  isDown = true;
  time += 600 * SECOND;
  expect(await text()).toBe('old');
  await settled(() => served.count === 2);
  time += 10 * SECOND;
  expect(await text(undefined, { fresh: true })).toBe('old');
  expect(served.count).toBe(3);
  time += 86_400 * SECOND;
  await expect(text()).rejects.toMatchObject({
    code: 'document_unavailable',
    message: expect.stringContaining('500'),
  });
});

test('after a failure the document is not fetched again within 10 s', async () => {
  let isDown = true;
  const { served, text } = await start((_request, response) => {
    response.statusCode = isDown ? 503 : 200;
    response.end('here');
  });
  await expect(text()).rejects.toMatchObject({ code: 'document_unavailable' });
  isDown = false;
  await expect(text()).rejects.toMatchObject({ code: 'document_unavailable' });
  expect(served.count).toBe(1);
  time += 10 * SECOND;
  expect(await text()).toBe('here');
});

describe('a fetch is refused for', () => {
  test('a redirect', async () => {
    const { served, text } = await start((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    await expect(text()).rejects.toThrow('the answer is 302');
    expect(served.count).toBe(1);
  });

  test('a document that is too long and arrives in several chunks', async () => {
    const { text } = await start(
      (_request, response) => {
        response.write('x'.repeat(600));
        response.end('x'.repeat(600));
      },
      { maxBytes: 1_000 },
    );
    await expect(text()).rejects.toThrow('longer than 1000 bytes');
  });

  test('an answer that has not ended at the deadline', async () => {
    const { text } = await start(
      (_request, response) => {
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(drip));
      },
      { timeoutMs: 200 },
    );
    const before = performance.now();
    await expect(text()).rejects.toMatchObject({ code: 'document_unavailable' });
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  test.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://hooks.hookline.dev/',
    'file:///etc/passwd',
    'keys',
  ])('%s, in production', async (url) => {
    const { served, text } = await start((_request, response) => void response.end('x'), {
      guard: createAddressGuard({ allowPrivate: false }),
    });
    await expect(text(url)).rejects.toMatchObject({ code: 'document_unavailable' });
    expect(served.count).toBe(0);
  });
});

test('beyond maxDocuments the least recently used document is dropped', async () => {
  const { served, url, text } = await start((_request, response) => void response.end('x'), {
    maxDocuments: 2,
  });
  for (const name of ['a', 'b', 'a', 'c', 'a']) await text(url + name);
  expect(served.count).toBe(3);
  await text(`${url}b`);
  expect(served.count).toBe(4);
});
