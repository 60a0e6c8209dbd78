import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../../src/code-blocks.ts';
import { type System, startTestSystem } from '../../src/index.ts';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

let system: System;
/** A program of somebody who has installed the client by npm, in an empty folder. */
let folder: string;
/** The examples of the README as it was packed. */
let blocks: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hookline-packed-'));
  execFileSync(process.execPath, ['--conditions=@hookline/source', 'scripts/pack.ts', folder], { cwd: ROOT });
  const tarball = readdirSync(folder).find((file) => file.startsWith('hookline-client-')) as string;
  const program = join(folder, 'program');
  mkdirSync(program);
  writeFileSync(join(program, 'package.json'), '{"name": "program", "private": true, "type": "module"}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', join(folder, tarball)], {
    cwd: program,
  });
  blocks = codeBlocks(readFileSync(join(program, 'node_modules/@hookline/client/README.md'), 'utf8'), 'ts');
  system = await startTestSystem([
    { name: 'ingest' },
    { name: 'delivery' },
    { name: 'scheduler' },
    { name: 'gateway' },
  ]);
});

afterAll(async () => {
  await system?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const find = (text: string) => blocks.find((block) => block.includes(text)) as string;

/** @returns what the program printed, by lines */
function run(code: string): string[] {
  const file = join(folder, 'program', 'program.ts');
  const key = system.stack.secrets.operatorKey;
  const here = code
    .replaceAll("'http://127.0.0.1:3000'", `'${system.stack.urls.gateway}'`)
    .replaceAll("'hl_…'", `'${key}'`);
  writeFileSync(file, here);
  const output = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 });
  return output.trim().split('\n');
}

test('a new user publishes, calls the API and reads errors as the README says', () => {
  const isStored = `console.log('published', id);
let stored;
do stored = await hookline.events.list({ eventType: 'order.paid' }).page(); while (stored.data.length === 0);`;
  const lines = run(
    [find('events.publish({'), isStored, find('endpoints.create({\n'), find('isHooklineError(error)')].join(
      '\n',
    ),
  );
  expect(lines[0]).toMatch(/^published evt_/);
  expect(lines[1]).toMatch(/^evt_\w+ order\.paid \w+$/);
  expect(lines[2]).toBe('0 null');
  expect(lines.slice(3).join('\n')).toContain('body/name');
});

test('a new user follows the feed as the README says, in a loop and with listeners', () => {
  const prelude = find('events.publish({');
  const loop = find('for await (const event of feed)').replace(
    "{ eventType: 'github.*', repository: 'acme/*' }",
    "{ eventType: 'order.*' }",
  );
  const publishing = `feed.on('*', () => feed.close());
void hookline.events.publish({ type: 'order.paid', data: { total: 8 } });`;
  const [definition, ...rest] = loop.split('\n\n');
  const lines = run([prelude, definition, 'await feed.live();', publishing, ...rest].join('\n'));
  expect(lines).toEqual(['order.paid undefined { total: 8 }']);

  const listeners = find("feed.on('github.push'")
    .replace("'github.push'", "'order.paid'")
    .replace('feed.close();', '');
  const more = `feed.on('order.paid', () => feed.close());
await feed.live();
await hookline.events.publish({ type: 'order.paid', data: { total: 9 } });`;
  expect(run([prelude, listeners, more].join('\n'))).toEqual(['{ total: 9 }']);
});

test('the code of an earlier service publishes by triggerEvent and WEBHOOK_EVENTS, with one file in between', () => {
  mkdirSync(join(folder, 'program/services'), { recursive: true });
  const { gateway } = system.stack.urls;
  const key = system.stack.secrets.operatorKey;
  const service = `import { createClient } from '@hookline/client';
export { WEBHOOK_EVENTS } from '@hookline/client';
export const WebhookService = createClient({ url: '${gateway}', key: '${key}' });
`;
  writeFileSync(join(folder, 'program/services/WebhookService.ts'), service);
  const [published] = run(`
import { WebhookService, WEBHOOK_EVENTS } from './services/WebhookService.ts';
const userId = 'acme';
const project = { id: 7, name: 'Apollo', createdAt: new Date(0) };
const published = WebhookService.triggerEvent({
  eventType: WEBHOOK_EVENTS.PROJECT_CREATED,
  userId: userId,
  data: {
    id: project.id,
    name: project.name,
    createdAt: project.createdAt,
  },
}).catch((error) => {
  console.error('Webhook failed:', error);
});
const { id } = await published;
let stored;
do stored = await WebhookService.events.list({ eventType: 'project.created' }).page(); while (stored.data.length === 0);
const { payload, userId: tenant } = await WebhookService.events.get(id);
console.log(JSON.stringify({ tenant, payload }));
`);
  expect(JSON.parse(published as string)).toEqual({
    tenant: 'acme',
    payload: { id: 7, name: 'Apollo', createdAt: '1970-01-01T00:00:00.000Z' },
  });
});
