import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import releaseSync from '@jitl/quickjs-wasmfile-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import type { SandboxFailure, SandboxJob, SandboxLimits, SandboxResult } from './types.ts';

const FILE = 'transformation.js';
const PAGE_BYTES = 65_536;
/** What the engine was built to start with. */
const INITIAL_BYTES = 16_777_216;
/** Above half a megabyte, deep recursion overflows the stack of the thread before that of the engine is used up. */
const STACK_BYTES = 262_144;
const MAX_CONSOLE_LINES = 50;
const MAX_CONSOLE_LENGTH = 8_192;
const MAX_MESSAGE_LENGTH = 500;
/** Each is a machine of its own, with memory of its own: about 0.3 MB unless its code takes more. */
const MAX_MACHINES = 64;

/**
 * Runs before the code. `run` takes the input as text and gives the output as text, so that nothing but text crosses
 * the border; what comes back is a promise when the handler's is.
 */
const PRELUDE = `(() => {
  const { parse, stringify } = JSON;
  const lines = [];
  let length = 0;
  const show = (value) => {
    if (typeof value === 'string') return value;
    try { return value instanceof Error ? String(value) : stringify(value) ?? String(value); }
    catch { return String(value); }
  };
  const write = (...values) => {
    if (lines.length >= ${MAX_CONSOLE_LINES} || length >= ${MAX_CONSOLE_LENGTH}) return;
    const line = values.map(show).join(' ').slice(0, ${MAX_CONSOLE_LENGTH} - length);
    length += line.length;
    lines.push(line);
  };
  globalThis.console = { log: write, info: write, warn: write, error: write, debug: write };
  return {
    run(handler, text) {
      const given = parse(text);
      const finish = (result) => {
        if (result === undefined) result = given;
        if (typeof result !== 'object' || result === null || Array.isArray(result))
          throw new TypeError('handler must return the webhook, an object');
        return stringify(result);
      };
      const result = handler(given);
      return typeof result?.then === 'function' ? Promise.resolve(result).then(finish) : finish(result);
    },
    takeLines() {
      const text = stringify(lines);
      lines.length = 0;
      length = 0;
      return text;
    },
  };
})()`;

/** Neither Node's types nor the standard library's have it, only those of browsers. */
interface Memory {
  readonly buffer: ArrayBuffer;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    // biome-ignore lint/suspicious/noExplicitAny: a module is handed on and never looked into.
    compile(bytes: Uint8Array): Promise<any>;
    Memory: new (pages: { initial: number; maximum: number }) => Memory;
  };
};

// Its types say that this is the module and not its default export.
const variant = releaseSync as unknown as QuickJSSyncVariant;
const wasmModule = await WebAssembly.compile(
  readFileSync(createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm')),
);

/** A JavaScript engine with code in it. It is thrown away, never cleaned up: nothing of it is outside its memory. */
interface Machine {
  code: string;
  memory: Memory;
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  run: QuickJSHandle;
  takeLines: QuickJSHandle;
  handler: QuickJSHandle;
  /** By the clock of `performance`. */
  deadlineMs: number;
}

export type RunCode = (job: SandboxJob) => Promise<SandboxResult>;

/** Never rejects. */
export function createCodeRunner(limits: SandboxLimits): RunCode {
  /** By key, least recently used first. */
  const machines = new Map<string, Machine>();

  function keep(key: string, machine: Machine): void {
    // One that has grown is not kept: what it holds would add up over the others.
    if (machine.memory.buffer.byteLength > INITIAL_BYTES) return;
    machines.set(key, machine);
    if (machines.size > MAX_MACHINES) machines.delete(machines.keys().next().value as string);
  }

  async function runOnce(job: SandboxJob, known: Machine | undefined, start: number): Promise<SandboxResult> {
    let machine = known;
    let failure: SandboxFailure | undefined;
    let output: string | undefined;
    let lines: string[] = [];
    try {
      machine ??= await startMachine(job.code, limits);
      machine.deadlineMs = performance.now() + limits.timeoutMs;
      if (job.input !== undefined) output = callHandler(machine, job.input);
      if (output !== undefined && output.length > limits.maxOutputLength) {
        const message = `The result has ${output.length} characters; at most ${limits.maxOutputLength} are sent`;
        failure = { kind: 'output_too_large', message, line: undefined, column: undefined };
        output = undefined;
      }
    } catch (error) {
      failure = toFailure(error, limits);
    }
    if (machine && failure?.kind !== 'memory') lines = readLines(machine);
    if (machine && !failure && !job.fresh) keep(job.key, machine);
    return { output, failure, console: lines, durationMs: performance.now() - start };
  }

  return async (job) => {
    const start = performance.now();
    const kept = job.fresh ? undefined : machines.get(job.key);
    const known = kept?.code === job.code ? kept : undefined;
    // Back only after a run that went well.
    if (!job.fresh) machines.delete(job.key);
    const result = await runOnce(job, known, start);
    // What earlier runs left behind must not be what fails this one.
    return result.failure && known ? await runOnce(job, undefined, start) : result;
  };
}

const OUT_OF_TIME: SandboxFailure = {
  kind: 'timeout',
  message: 'interrupted',
  line: undefined,
  column: undefined,
};

/** Thrown with what went wrong inside of the machine. */
class GuestError extends Error {
  readonly failure: SandboxFailure;

  constructor(failure: SandboxFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

async function startMachine(code: string, limits: SandboxLimits): Promise<Machine> {
  const memory = new WebAssembly.Memory({
    initial: INITIAL_BYTES / PAGE_BYTES,
    maximum: Math.max(INITIAL_BYTES, limits.memoryBytes) / PAGE_BYTES,
  });
  const engine = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, { wasmModule, wasmMemory: memory }),
  );
  const runtime = engine.newRuntime({ maxStackSizeBytes: STACK_BYTES });
  const context = runtime.newContext();
  const prelude = unwrap(context, context.evalCode(PRELUDE, 'prelude.js'));
  const machine: Machine = {
    code,
    memory,
    runtime,
    context,
    run: context.getProp(prelude, 'run'),
    takeLines: context.getProp(prelude, 'takeLines'),
    handler: context.undefined,
    // The code has its time from here on: that the engine takes longer to start on a busy machine is not its fault.
    deadlineMs: performance.now() + limits.timeoutMs,
  };
  runtime.setInterruptHandler(() => performance.now() > machine.deadlineMs);
  machine.handler = findHandler(machine);
  return machine;
}

/** The code as a module when it exports something, else as a script. */
function findHandler(machine: Machine): QuickJSHandle {
  const { context, code } = machine;
  const isModule = /^\s*(?:import|export)\b/m.test(code);
  const evaluated = unwrap(context, context.evalCode(code, FILE, { type: isModule ? 'module' : 'global' }));
  let handler: QuickJSHandle;
  if (isModule) {
    settleJobs(machine);
    const named = context.getProp(evaluated, 'handler');
    handler = context.typeof(named) === 'function' ? named : context.getProp(evaluated, 'default');
  } else {
    const text = "typeof handler === 'function' ? handler : undefined";
    handler = unwrap(context, context.evalCode(text, 'prelude.js'));
  }
  if (context.typeof(handler) === 'function') return handler;
  throw new GuestError({
    kind: 'invalid_code',
    message: 'There is no function named handler, and no default export that is one',
    line: undefined,
    column: undefined,
  });
}

function callHandler(machine: Machine, input: string): string {
  const { context, run, handler } = machine;
  const text = context.newString(input);
  const returned = unwrap(context, context.callFunction(run, context.undefined, handler, text));
  text.dispose();
  if (context.typeof(returned) === 'string') {
    const output = context.getString(returned);
    returned.dispose();
    return output;
  }
  settleJobs(machine);
  const state = context.getPromiseState(returned);
  if (state.type === 'fulfilled') return context.getString(state.value);
  if (state.type === 'rejected') throw toGuestError(context, state.error);
  throw new GuestError({
    kind: 'threw',
    message: 'The promise of handler never settles: there is nothing to wait for in here',
    line: undefined,
    column: undefined,
  });
}

/** @throws GuestError with what the code threw */
function unwrap(context: QuickJSContext, result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
  if (result.error) throw toGuestError(context, result.error);
  return result.value;
}

/** Does what promises still have to do. @throws GuestError also when the time is up: that alone rejects no promise */
function settleJobs({ context, runtime, deadlineMs }: Machine): void {
  const done = runtime.executePendingJobs();
  if (done.error) throw toGuestError(context, done.error);
  if (performance.now() > deadlineMs) throw new GuestError(OUT_OF_TIME);
}

function readLines({ context, takeLines }: Machine): string[] {
  try {
    const text = unwrap(context, context.callFunction(takeLines, context.undefined));
    const lines = JSON.parse(context.getString(text)) as string[];
    text.dispose();
    return lines;
  } catch {
    // Out of time or of memory: the lines are lost with the machine.
    return [];
  }
}

function toGuestError(context: QuickJSContext, thrown: QuickJSHandle): GuestError {
  const error = context.dump(thrown) as unknown;
  const { name, message, stack } =
    typeof error === 'object' && error !== null
      ? (error as { name?: unknown; message?: unknown; stack?: unknown })
      : {};
  const text = String(message ?? (typeof error === 'string' ? error : JSON.stringify(error)));
  const place = new RegExp(`${FILE.replace('.', '\\.')}:(\\d+):(\\d+)`).exec(String(stack));
  const isInternal = name === 'InternalError' || error === null;
  let kind: SandboxFailure['kind'] = 'threw';
  if (isInternal && text === 'interrupted') kind = 'timeout';
  // There may be no memory left for the error itself: then null is what was thrown.
  else if (isInternal && (error === null || /^(out of memory|string too long)$/.test(text))) kind = 'memory';
  else if (name === 'SyntaxError' && !String(stack).includes('(')) kind = 'invalid_code';
  return new GuestError({
    kind,
    message: typeof name === 'string' ? `${name}: ${text}` : `Thrown: ${text}`,
    line: place ? Number(place[1]) : undefined,
    column: place ? Number(place[2]) : undefined,
  });
}

function toFailure(error: unknown, { timeoutMs, memoryBytes }: SandboxLimits): SandboxFailure {
  // Whatever the engine itself threw, deep recursion of its parser or no memory to start with.
  const failure: SandboxFailure =
    error instanceof GuestError
      ? error.failure
      : {
          kind: 'threw',
          message: `The code broke its sandbox off: ${String(error)}`,
          line: undefined,
          column: undefined,
        };
  if (failure.kind === 'timeout') return { ...failure, message: `It took more than ${timeoutMs} ms` };
  if (failure.kind === 'memory')
    return { ...failure, message: `It needed more than ${Math.round(memoryBytes / 1_048_576)} MB of memory` };
  return { ...failure, message: failure.message.slice(0, MAX_MESSAGE_LENGTH) };
}
