import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../../packages/e2e/src/code-blocks.ts';
import { bundle } from './bundle.ts';
import { checkPackage } from './check-package.ts';
import { PUBLISHED_PACKAGES, packPackage } from './pack-package.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** Bytes, after minifying and gzip. */
const CLIENT_BUDGET = 12 * 1024;
const VERIFY_BUDGET = 2 * 1024;

let folder: string;
/** A program of somebody who has installed both packages by npm. */
let program: string;
let tarballs: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hookline-packages-'));
  program = join(folder, 'program');
  mkdirSync(program);
  writeFileSync(join(program, 'package.json'), '{"name": "program", "private": true, "type": "module"}');
  tarballs = PUBLISHED_PACKAGES.map((name) => packPackage(name, folder));
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs], { cwd: program });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(program, 'node_modules/@hookline', path), 'utf8');

test('publint and arethetypeswrong find nothing wrong with the packages', async () => {
  for (const tarball of tarballs) expect([tarball, await checkPackage(tarball)]).toEqual([tarball, []]);
});

test('the packages have no dependencies, no sources of ours and no files of tests', () => {
  for (const name of PUBLISHED_PACKAGES) {
    const manifest = JSON.parse(read(`${name}/package.json`));
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false, license: 'Apache-2.0' });
    for (const field of ['dependencies', 'devDependencies', 'scripts', 'private']) {
      expect(manifest).not.toHaveProperty(field);
    }
  }
  const files = execFileSync('tar', ['tzf', tarballs[0] as string], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const unexpected = files.filter(
    (file) => !/^package\/(?:package\.json|README\.md|LICENSE|dist\/[a-z/-]+(?:\.js|\.d\.ts))$/.test(file),
  );
  expect(unexpected).toEqual([]);
  const texts = files
    .filter((file) => file.endsWith('.d.ts'))
    .map((file) => read(file.replace('package', 'client')));
  expect(texts.join('\n')).not.toMatch(/@hookline\/contracts|typebox|node:|from '[^']*\.ts'/);
});

test('the API and the feed add less than 12 KB to a browser bundle, and verify less than 2 KB', async () => {
  const gzipBytes = async (source: string) => gzipSync(await bundle(source, program), { level: 9 }).length;
  const client = await gzipBytes("export * from '@hookline/client';");
  const verify = await gzipBytes("export { verify } from '@hookline/client/verify';");
  console.log(`client ${client} B, verify ${verify} B (gzip)`);
  expect(client).toBeLessThan(CLIENT_BUDGET);
  expect(verify).toBeLessThan(VERIFY_BUDGET);
});

test('the types of GitHub add nothing to a bundle, and neither does what is not used', async () => {
  const unused =
    "import '@hookline/client'; import '@hookline/client/verify'; import '@hookline/client/github';";
  expect((await bundle(unused, program)).trim()).toBe('');
});

interface Compilation {
  /** The platform's declarations: of browsers, or of Node. */
  platform: 'dom' | 'node';
  moduleResolution: 'nodenext' | 'bundler';
}

/** @returns the compiler's errors */
function compile(files: Record<string, string>, { platform, moduleResolution }: Compilation): string {
  const work = mkdtempSync(join(program, 'compile-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(work, name), text);
  const compilerOptions = {
    target: 'es2022',
    lib: platform === 'dom' ? ['es2022', 'dom'] : ['es2022'],
    types: platform === 'dom' ? [] : ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    // The declarations of the packages themselves are checked.
    skipLibCheck: platform === 'node',
    noEmit: true,
  };
  writeFileSync(join(work, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  return run('tsc', ['-p', work]);
}

const PROGRAM = `
import { createClient, isHooklineError, type Endpoint, type FeedEvent } from '@hookline/client';
import { verify } from '@hookline/client/verify';

declare module '@hookline/client' {
  interface EventMap {
    'order.paid': { total: number };
    'order.refunded': { reason: string };
  }
}

const hookline = createClient({ url: 'http://127.0.0.1:3000', key: async () => 'hl_x' });
export async function run(): Promise<Endpoint> {
  await hookline.events.publish({ type: 'order.paid', data: { total: 7 } });
  await hookline.events.publish({ type: 'order.other', data: [1, 'anything'] });
  // @ts-expect-error: the type of the payload is known
  await hookline.events.publish({ type: 'order.paid', data: { total: '7' } });
  // @ts-expect-error: there is no such field
  await hookline.endpoints.create({ name: 'a', url: 'b', events: ['*'], retries: 3 });
  for await (const { id, status } of hookline.events.list({ eventType: 'github.*' })) {
    const known: 'pending' | 'processing' | 'processed' | 'failed' | 'dead_letter' = status;
    console.log(id, known);
  }
  const feed = hookline.feed({ filter: { eventType: 'order.*' } });
  feed.on('order.paid', (event: FeedEvent<'order.paid'>) => event.data.total.toFixed(2));
  feed.on('order.*', ({ data }) => ('total' in data ? data.total : data.reason.length));
  // @ts-expect-error: this payload has no such field
  feed.on('order.refunded', ({ data }) => data.total);
  feed.on('gap', ({ reason, filter }) => console.log(reason.length, filter.provider));
  const event = await verify<{ total: number }>({ body: '{}', headers: new Headers(), secret: ['a', 'b'] });
  console.log(event.data.total);
  return hookline.endpoints.get('ep_1').catch((error: unknown) => {
    throw isHooklineError(error) ? error.code : error;
  });
}
`;

test.each<Compilation>([
  { platform: 'dom', moduleResolution: 'bundler' },
  { platform: 'dom', moduleResolution: 'nodenext' },
  { platform: 'node', moduleResolution: 'nodenext' },
])('a program compiles against the installed package: $platform, $moduleResolution', (compilation) => {
  expect(compile({ 'program.ts': PROGRAM }, compilation)).toBe('');
});

/** A block of the README as a module of its own: what earlier blocks have declared comes first. */
function asModule(code: string): string {
  const client = `import { createClient } from '@hookline/client';
const hookline = createClient({ url: 'http://127.0.0.1:3000', key: 'hl_x' });`;
  return [
    'export {};',
    /\bhookline\b/.test(code) && !code.includes('const hookline') ? client : '',
    /\bfeed\.on\b/.test(code) && !code.includes('const feed')
      ? `${client}\nconst feed = hookline.feed();`
      : '',
    /\bapp\.post\b/.test(code)
      ? 'declare const express: any, app: { post(path: string, raw: any, handler: (request: any, response: any) => unknown): void };'
      : '',
    code,
  ].join('\n');
}

test('each example of the README compiles', () => {
  const blocks = codeBlocks(read('client/README.md'), 'ts');
  expect(blocks.length).toBeGreaterThan(6);
  // The types of GitHub have a test of their own.
  const files = blocks
    .filter((code) => !code.includes('/github'))
    .map((code, n) => [`block-${n}.ts`, asModule(code)]);
  const compilation: Compilation = { platform: 'dom', moduleResolution: 'bundler' };
  expect(compile(Object.fromEntries(files), compilation)).toBe('');
});

test('payloads of GitHub are typed once the package of types is installed', () => {
  const types = 'node_modules/@octokit/openapi-webhooks-types';
  mkdirSync(join(program, 'node_modules/@octokit'), { recursive: true });
  symlinkSync(join(ROOT, 'packages/client', types), join(program, types));
  const source = `
import { createClient } from '@hookline/client';
import '@hookline/client/github';

const feed = createClient({ url: 'http://127.0.0.1:3000', key: 'hl_x' }).feed();
feed.on('github.push', (event) => event.data.commits.map(({ message }) => message.length));
feed.on('github.workflow_job.completed', (event) => event.data.workflow_job.conclusion);
feed.on('github.pull_request.review_requested', (event) => event.data.pull_request.title);
feed.on('github.workflow_job', (event) => event.data.workflow_job.name);
// @ts-expect-error: a push has no such field
feed.on('github.push', (event) => event.data.pull_request);
`;
  const compilation: Compilation = { platform: 'node', moduleResolution: 'nodenext' };
  expect(compile({ 'github.ts': source }, compilation)).toBe('');
});

test('the declarations of the packed client are the types of the contracts', () => {
  const work = mkdtempSync(join(ROOT, 'node_modules/.cache/packages-'));
  try {
    cpSync(join(program, 'node_modules/@hookline/client/dist/contracts.d.ts'), join(work, 'printed.d.ts'));
    writeFileSync(
      join(work, 'compare.ts'),
      `import type * as derived from '../../../packages/client/src/contracts.ts';
import type * as printed from './printed.d.ts';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? never : 'printed is wider') : 'derived is wider';
type Parts = 'params' | 'query' | 'body' | 'answer';
type Derived = derived.ApiOperations;
type Printed = printed.ApiOperations;
export type Differences = {
  [Name in keyof Derived]: { [P in Parts]: [Same<Derived[Name][P], Printed[Name][P]>] extends [never] ? never : \`\${Name}.\${P}\` }[Parts];
}[keyof Derived];
export const differences: Record<Differences, 0> = {};
export const names: [Same<keyof Derived, keyof Printed>] extends [never] ? 0 : 1 = 0;
export const codes: [Same<derived.ApiErrorCode, printed.ApiErrorCode>] extends [never] ? 0 : 1 = 0;
export const filter: [Same<derived.FeedFilter, printed.FeedFilter>] extends [never] ? 0 : 1 = 0;
export const source: [Same<derived.Source, printed.Source>] extends [never] ? 0 : 1 = 0;
`,
    );
    const compilerOptions = {
      composite: false,
      incremental: false,
      declaration: false,
      noEmit: true,
      rootDir: ROOT,
    };
    writeFileSync(
      join(work, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.base.json'),
        compilerOptions: {
          ...compilerOptions,
          rewriteRelativeImportExtensions: false,
          tsBuildInfoFile: null,
        },
        include: ['compare.ts'],
        exclude: [],
      }),
    );
    expect(run('tsc', ['-p', work])).toBe('');
  } finally {
    rmSync(work, { recursive: true });
  }
});

/** @returns what a command printed when it failed, else nothing */
function run(command: string, args: readonly string[]): string {
  try {
    execFileSync(command, [...args], { encoding: 'utf8', cwd: ROOT });
    return '';
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}
