import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { generateSecret, signWebhook } from '../../packages/signing/src/index.ts';
import { findChromium } from '../../packages/testkit/src/find-chromium.ts';
import { bundle } from './bundle.ts';
import { type GatewayDouble, startGatewayDouble } from './gateway-double.ts';

const CLIENT = resolve(import.meta.dirname, '../../packages/client');
const BODY =
  '{"id":"evt_1","type":"order.paid","timestamp":"2026-03-01T12:00:00.000Z","data":{"name":"Zoë"}}';
const CHROMIUM_MS = 60_000;

/** What every platform must be able to do. It leaves its results in `globalThis.results`. */
const program = (url: string, signed: object) => `
import { createClient, isHooklineError } from './src/index.ts';
import { verify } from './src/verify/verify.ts';

globalThis.results = (async () => {
  const hookline = createClient({ url: ${JSON.stringify(url)}, key: 'hl_x' });
  const published = await hookline.events.publish({ type: 'order.paid', data: { total: 7 } });
  const feed = hookline.feed();
  const seen = [];
  for await (const event of feed) {
    seen.push(event.data);
    break;
  }
  const signed = ${JSON.stringify(signed)};
  const event = await verify(signed);
  const forged = await verify({ ...signed, body: '{}' }).catch((error) => isHooklineError(error) && error.reason);
  const bytes = new TextEncoder().encode(signed.body);
  const raw = await Promise.all([verify({ ...signed, body: bytes }), verify({ ...signed, body: bytes.buffer })]);
  return JSON.stringify({ published, seen, event, forged, raw: raw.map(({ data }) => data.name), state: feed.state.status });
})();
`;

const expected = {
  published: { id: 'evt_1', duplicate: false },
  seen: [{ total: 7 }],
  event: JSON.parse(BODY),
  forged: 'invalid_signature',
  raw: ['Zoë', 'Zoë'],
  state: 'closed',
};

function signedInput(): object {
  const secret = generateSecret();
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const headers = signWebhook({
    id: 'evt_1',
    type: 'order.paid',
    timestampSeconds,
    secrets: [secret],
    body: [Buffer.from(BODY)],
  });
  return { body: BODY, headers, secret };
}

async function startGateway(pages: Parameters<typeof startGatewayDouble>[0] = {}): Promise<GatewayDouble> {
  const gateway = await startGatewayDouble(pages);
  onTestFinished(() => gateway.close());
  return gateway;
}

test('the client runs where there are only the globals of the web, as on Workers', async () => {
  const gateway = await startGateway();
  const code = await bundle(program(gateway.url, signedInput()), CLIENT, 'iife');
  const {
    AbortController,
    AbortSignal,
    atob,
    btoa,
    clearTimeout,
    crypto,
    fetch,
    Headers,
    performance,
    queueMicrotask,
    Request,
    Response,
    setTimeout,
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    WebSocket,
  } = globalThis;
  const web = { AbortController, AbortSignal, atob, btoa, clearTimeout, crypto, fetch, Headers, performance };
  const more = {
    queueMicrotask,
    Request,
    Response,
    setTimeout,
    TextDecoder,
    TextEncoder,
    URL,
    URLSearchParams,
    WebSocket,
  };
  const context = createContext({ ...web, ...more });
  expect(runInContext('[typeof Buffer, typeof process, typeof require, typeof global]', context)).toEqual(
    Array(4).fill('undefined'),
  );
  runInContext(code, context);
  expect(JSON.parse(await context['results'])).toEqual(expected);
  expect(gateway.requests).toEqual(['POST /api/events {"type":"order.paid","data":{"total":7}}']);
});

const chromium = findChromium();

test.skipIf(chromium === undefined)(
  `the client runs in Chromium${chromium === undefined ? ' (skipped: chromium is not installed)' : ''}`,
  async () => {
    const pages: Record<string, { type: string; text: string }> = {
      '/': {
        type: 'text/html',
        text: '<!doctype html><meta charset="utf-8"><script type="module" src="/page.js"></script>',
      },
    };
    const gateway = await startGateway(pages);
    const report = "\nfetch('/result', { method: 'POST', body: await globalThis.results.catch(String) });";
    const code = await bundle(program(gateway.url, signedInput()) + report, CLIENT);
    pages['/page.js'] = { type: 'text/javascript', text: code };
    const profile = mkdtempSync(join(tmpdir(), 'hookline-chromium-'));
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
    const browser = spawn(chromium as string, [...flags, gateway.url], { stdio: 'ignore' });
    const exited = new Promise((resolve) => browser.once('exit', resolve));
    onTestFinished(async () => {
      browser.kill();
      await exited;
      rmSync(profile, { recursive: true, force: true });
    });
    const result = () => gateway.requests.find((request) => request.startsWith('POST /result '));
    await expect.poll(result, { timeout: CHROMIUM_MS }).toBeDefined();
    expect(JSON.parse(result()?.replace('POST /result ', '') ?? '')).toEqual(expected);
  },
);
