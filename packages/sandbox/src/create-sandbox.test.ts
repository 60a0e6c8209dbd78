import { afterAll, describe, expect, test } from 'vitest';
import { createSandbox } from './create-sandbox.ts';
import type { SandboxJob } from './types.ts';

const sandbox = createSandbox({ threads: 2 });
afterAll(() => sandbox.close());

let keys = 0;
const job = (code: string, input: unknown = {}, more: Partial<SandboxJob> = {}): SandboxJob => ({
  key: `key ${++keys}`,
  code,
  input: JSON.stringify(input),
  fresh: false,
  ...more,
});
const run = async (code: string, input?: unknown, more?: Partial<SandboxJob>) => {
  const { output, ...rest } = await sandbox.run(job(code, input, more));
  return { ...rest, output: output === undefined ? undefined : JSON.parse(output) };
};

describe('a handler is found', () => {
  test.each([
    ['as a function', 'function handler(w) { w.n++; return w; }'],
    ['as a constant', 'const handler = (w) => ({ ...w, n: w.n + 1 });'],
    ['when it returns nothing', 'function handler(w) { w.n++; }'],
    ['when it is asynchronous', 'async function handler(w) { await null; w.n++; return w; }'],
    ['as the default export', 'export default function (w) { w.n++; return w; }'],
    ['as an export', 'export const handler = (w) => ({ n: w.n + 1 });'],
  ])('%s', async (_name, code) => {
    expect(await run(code, { n: 1 })).toMatchObject({ output: { n: 2 }, failure: undefined });
  });
});

test('there is nothing of the host, and nothing to do input or output with', async () => {
  const code = `function handler() {
    const names = ['process', 'require', 'fetch', 'setTimeout', 'WebAssembly', 'Buffer', 'Worker', 'postMessage', 'std', 'os'];
    return { found: names.filter((name) => name in globalThis), made: handler.constructor('return typeof process')() };
  }`;
  expect((await run(code)).output).toEqual({ found: [], made: 'undefined' });
});

test('text in any script, and the date and chance, are there', async () => {
  const code =
    'function handler(w) { return { ...w, now: typeof Date.now(), chance: typeof Math.random() }; }';
  const given = { text: 'Grüße 日本 👩‍👩‍👧 \u0000 \ud800' };
  expect((await run(code, given)).output).toEqual({ ...given, now: 'number', chance: 'number' });
});

describe('code that goes wrong is told what and where', () => {
  test.each([
    [
      'a throw',
      'function handler(w) {\n  return w.a.b;\n}',
      'threw',
      "TypeError: cannot read property 'b' of undefined",
      2,
    ],
    [
      'a rejection',
      'async function handler() {\n  await 1;\n  throw new Error("no");\n}',
      'threw',
      'Error: no',
      3,
    ],
    [
      'something else thrown',
      'function handler() { throw { a: 1 }; }',
      'threw',
      'Thrown: {"a":1}',
      undefined,
    ],
    ['nothing thrown', 'function handler() { throw undefined; }', 'threw', 'Thrown: undefined', undefined],
    [
      'a syntax error',
      'function handler() {\n  let a = ;\n}',
      'invalid_code',
      "SyntaxError: unexpected token in expression: ';'",
      2,
    ],
    [
      'no handler',
      'const a = 1;',
      'invalid_code',
      'There is no function named handler, and no default export that is one',
      undefined,
    ],
    ['an import', 'import fs from "fs"; export default (w) => w;', 'threw', /module/, undefined],
    [
      'a returned text',
      'function handler() { return "x"; }',
      'threw',
      'TypeError: handler must return the webhook, an object',
      undefined,
    ],
    [
      'a promise that never settles',
      'function handler() { return new Promise(() => {}); }',
      'threw',
      /never settles/,
      undefined,
    ],
    ['a cycle', 'function handler(w) { w.w = w; return w; }', 'threw', /circular/, undefined],
    ['an endless loop', 'function handler() { for (;;); }', 'timeout', 'It took more than 100 ms', 1],
    ['an endless loop at the top', 'for (;;);', 'timeout', 'It took more than 100 ms', 1],
    [
      'an endless loop that catches',
      'function handler() { for (;;) try { for (;;); } catch {} }',
      'timeout',
      'It took more than 100 ms',
      1,
    ],
    [
      'endless promises',
      'async function handler() { for (;;) await 1; }',
      'timeout',
      'It took more than 100 ms',
      undefined,
    ],
    [
      'a slow pattern',
      'function handler() { /(a+)+$/.test("a".repeat(40) + "b"); }',
      'timeout',
      'It took more than 100 ms',
      1,
    ],
    [
      'endless recursion',
      'function handler() { return handler(); }',
      'threw',
      'InternalError: stack overflow',
      1,
    ],
    [
      'too long a text',
      'function handler() { let s = "x"; for (;;) s += s; }',
      'memory',
      'It needed more than 32 MB of memory',
      1,
    ],
    [
      'too much out',
      'function handler() { return { s: "x".repeat(2e6) }; }',
      'output_too_large',
      /^The result has 2000008 characters; at most 1048576/,
      undefined,
    ],
  ])('%s', async (_name, code, kind, message, line) => {
    const { failure, output } = await run(code);
    expect(output).toBeUndefined();
    expect(failure).toMatchObject({ kind, line });
    expect(failure?.message).toMatch(message);
  });

  test('an input nested too deep for its parser', async () => {
    const { failure } = await sandbox.run({
      ...job('function handler(w) { return w; }'),
      input: '['.repeat(200_000),
    });
    expect(failure?.kind).toBe('threw');
    expect((await run('function handler(w) { return w; }', { n: 1 })).output).toEqual({ n: 1 });
  });
});

test.each([
  'const a = []; for (;;) a.push(new Array(1000).fill(1));',
  'const a = []; for (;;) a.push(new Uint8Array(1e6));',
  'globalThis.kept = []; for (;;) kept.push({});',
  'Array.from({ length: 3e6 }, (_, i) => i).join().split(",").sort();',
])('memory is bounded: %s', async (bomb) => {
  const before = process.memoryUsage().rss;
  const patient = createSandbox({ threads: 2, timeoutMs: 5_000, hardTimeoutMs: 10_000 });
  const { failure } = await patient.run(job(`function handler() { ${bomb} }`));
  expect(failure).toMatchObject({ kind: 'memory', message: 'It needed more than 32 MB of memory' });
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1_048_576);
  await patient.close();
});

test('what is written with console comes back, bounded', async () => {
  const code =
    'function handler(w) { console.log("a", { b: 1 }, undefined); console.error(new Error("x")); return w; }';
  expect((await run(code)).console).toEqual(['a {"b":1} undefined', 'Error: x']);
  const chatty =
    'function handler(w) { for (let i = 0; i < 100; i++) console.log("x".repeat(1000)); throw new Error("end"); }';
  const { console: lines, failure } = await run(chatty);
  expect(lines.join('').length).toBeLessThanOrEqual(8_192);
  expect(failure?.message).toBe('Error: end');
});

test('code is kept for the next run, and shares nothing with other keys', async () => {
  const code =
    'let runs = 0; function handler() { globalThis.seen ??= 0; return { runs: ++runs, seen: ++seen }; }';
  const alone = createSandbox({ threads: 2 });
  const first = job(code);
  await alone.run(first);
  expect(JSON.parse((await alone.run(first)).output as string).runs).toBe(2);
  expect(JSON.parse((await alone.run(job(code))).output as string)).toEqual({ runs: 1, seen: 1 });
  expect(JSON.parse((await alone.run({ ...first, fresh: true })).output as string).runs).toBe(1);
  const changed = { ...first, code: `${code} // changed` };
  expect(JSON.parse((await alone.run(changed)).output as string).runs).toBe(1);
  await alone.close();
});

test('what earlier runs left behind does not fail a later one', async () => {
  const code = `let kept = 0; function handler() { if (kept++) throw new Error('spoiled'); return { kept }; }`;
  const again = job(code);
  for (let n = 0; n < 6; n++) expect((await sandbox.run(again)).failure).toBeUndefined();
});

test('a thread that does not come back is ended, its job has failed, and others go on', async () => {
  // Built-in functions are not interrupted: this one alone takes seconds.
  const stuck =
    'function handler() { const a = new Array(3e5).fill("xyz"); for (;;) a.slice().sort().join(); }';
  const pool = createSandbox({ threads: 2, timeoutMs: 60_000, hardTimeoutMs: 300 });
  const [poisoned, healthy] = [job(stuck), job('function handler(w) { return w; }', { ok: true })];
  await pool.run(healthy);
  const bad = Array.from({ length: 4 }, () => pool.run(poisoned));
  // With one thread held up by bad code and the other in use, everybody still gets through.
  const good = await Promise.all(Array.from({ length: 20 }, () => pool.run(healthy)));
  expect(good.every(({ output }) => output === '{"ok":true}')).toBe(true);
  for (const result of await Promise.all(bad)) {
    expect(result.failure).toMatchObject({
      kind: 'timeout',
      message: 'It took more than 300 ms and was ended',
    });
  }
  expect(pool.killed).toBe(4);
  await pool.close();
});

test('code that runs out of time shares one thread, so that the rest is for the others', async () => {
  const pool = createSandbox({ threads: 2, timeoutMs: 200 });
  const loop = 'function handler() { for (;;); }';
  const bad = Array.from({ length: 3 }, () => job(loop));
  for (const each of bad) await pool.run(each);
  const healthy = job('function handler(w) { return w; }');
  await pool.run(healthy);
  let ended = 0;
  const underWay = bad
    .flatMap((each) => [pool.run(each), pool.run(each)])
    .map((run) => run.then(() => ended++));
  for (let n = 0; n < 20; n++) expect((await pool.run(healthy)).failure).toBeUndefined();
  // On both threads, the six would have taken turns with the twenty and been through before them.
  expect(ended).toBeLessThan(6);
  await Promise.all(underWay);
  await pool.close();
});

test('more than can wait is refused, and so is everything after the end', async () => {
  const pool = createSandbox({ threads: 2, maxWaiting: 1 });
  const each = job('function handler(w) { return w; }');
  const results = await Promise.all([pool.run(each), pool.run(each)]);
  expect(results.map(({ failure }) => failure?.kind)).toEqual([undefined, 'busy']);
  await pool.close();
  expect((await pool.run(each)).failure).toMatchObject({
    kind: 'busy',
    message: 'Hookline is shutting down',
  });
});
