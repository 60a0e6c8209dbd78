import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, startTestNats, type TestDatabase, type TestNats } from '@hookline/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callApi } from './call-api.ts';
import { startGateway, type TestGateway } from './start-gateway.ts';

const PAGE = '<!doctype html><title>Hookline</title>';
const SCRIPT = 'export const answer = 42;';

let nats: TestNats;
let database: TestDatabase;
let gateway: TestGateway;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hookline-dashboard-'));
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), PAGE);
  writeFileSync(join(directory, 'assets', 'index-a1b2.js'), SCRIPT);
  writeFileSync(join(directory, 'assets', 'index-a1b2.js.br'), 'compressed');
  writeFileSync(join(directory, 'manifest.json'), '{}');
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  gateway = await startGateway({
    databaseUrl: database.serviceUrl,
    natsUrl: nats.url,
    dashboardDir: directory,
  });
});

afterAll(async () => {
  await gateway?.close();
  await nats?.stop();
  await database?.drop();
  rmSync(directory, { recursive: true, force: true });
});

/** Without following redirects, and without asking for another encoding than the given one. */
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(gateway.url + path, { redirect: 'manual', headers: { 'accept-encoding': 'identity', ...headers } });

test.each(['/dashboard', '/dashboard/', '/dashboard/events/evt_1', '/dashboard/manifest.json'])(
  'the page of the dashboard is at %s, and browsers ask for it each time',
  async (path) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([200, PAGE]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
    expect(answer.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'");
  },
);

test('its files are kept by browsers, and are sent compressed to those that accept it', async () => {
  const answer = await get('/dashboard/assets/index-a1b2.js');
  expect([answer.status, await answer.text()]).toEqual([200, SCRIPT]);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('content-type')).toContain('javascript');
  const { status, headers } = await fetch(`${gateway.url}/dashboard/assets/index-a1b2.js`, {
    method: 'HEAD',
    headers: { 'accept-encoding': 'br' },
  });
  expect([status, headers.get('content-encoding')]).toEqual([200, 'br']);
});

test('a file that does not exist is not the page, so that an old page notices that its files are gone', async () => {
  const { status, body } = await callApi(gateway.url, 'GET', '/dashboard/assets/index-old.js', { key: null });
  expect([status, body.code]).toEqual([404, 'not_found']);
});

test('a browser that asks for / is sent to the dashboard, and a program gets links', async () => {
  const browser = await get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
  expect([browser.status, browser.headers.get('location')]).toEqual([302, '/dashboard']);
  expect(browser.headers.get('vary')).toContain('accept');
  const program = await get('/', { accept: '*/*' });
  expect(await program.json()).toMatchObject({ name: 'Hookline', links: { dashboard: '/dashboard' } });
});

test('anybody may ask how to sign in', async () => {
  const answer = await get('/api/session/methods');
  expect([answer.status, await answer.json()]).toEqual([200, { data: { identityProvider: null } }]);
});
