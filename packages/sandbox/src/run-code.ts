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
import { createGuestConsole, type GuestConsole } from './guest-console.ts';
import { createGuestReader, type GuestReader } from './guest-reader.ts';
import { measureDepth } from './measure-depth.ts';
import type { RunClock } from './run-clock.ts';
import type { SandboxFailure, SandboxJob, SandboxLimits, SandboxResult } from './types.ts';

const FILE = 'transformation.js';
const PAGE_BYTES = 65_536;
/** The initial memory that the engine was built with. */
const INITIAL_BYTES = 16_777_216;
/** Memory grows by at least 5%: above this share of the limit, the next growth may have failed. */
const FULL_SHARE = 0.9;
/** With more than half a megabyte, deep recursion overflows the stack of the thread before the stack of the engine. */
const STACK_BYTES = 262_144;
const MAX_MESSAGE_LENGTH = 500;
/** Neither our API nor most receivers can handle deeper JSON. */
const MAX_DEPTH = 1_000;
/** Each machine has its own memory: about 0.3 MB unless its code takes more. */
const MAX_MACHINES = 64;
/** How many pending promise jobs run before the clock is read. */
const JOBS_AT_ONCE = 1_000;

/** Declared neither in Node's types nor in the standard library's, only in those of browsers. */
interface Memory {
  readonly buffer: ArrayBuffer;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    compile(bytes: Uint8Array): Promise<object>;
    Memory: new (pages: { initial: number; maximum: number }) => Memory;
  };
};

// Its types describe the module and not its default export.
const variant = releaseSync as unknown as QuickJSSyncVariant;

/** The engine, compiled so that every thread can use it. */
export function compileEngine(): Promise<object> {
  const file = createRequire(import.meta.url).resolve('@jitl/quickjs-wasmfile-release-sync/wasm');
  return WebAssembly.compile(readFileSync(file));
}

/**
 * A JavaScript engine with loaded code. It is dropped without cleanup, because everything in it is in its own memory.
 */
interface Machine {
  code: string;
  memory: Memory;
  maxBytes: number;
  runtime: QuickJSRuntime;
  context: QuickJSContext;
  reader: GuestReader;
  console: GuestConsole;
  handler: QuickJSHandle;
  clock: RunClock;
}

export interface CodeRunnerOptions {
  limits: SandboxLimits;
  engine: object;
  clock: RunClock;
}

export type RunCode = (job: SandboxJob) => Promise<SandboxResult>;

/**
 * Runs code in its own engine. Input and output are text: the result is written with the original `JSON.stringify`,
 * taken before the code ran, and reading that text calls none of the code. So anything that the code returns, throws or
 * replaces can only make its own run fail.
 *
 * Never rejects.
 */
export function createCodeRunner({ limits, engine, clock }: CodeRunnerOptions): RunCode {
  /** By key, least recently used first. */
  const machines = new Map<string, Machine>();

  function keep(key: string, machine: Machine): void {
    // A machine whose memory has grown is not kept, because the memory of all kept machines would add up.
    if (machine.memory.buffer.byteLength > INITIAL_BYTES) return;
    machines.set(key, machine);
    if (machines.size > MAX_MACHINES) machines.delete(machines.keys().next().value as string);
  }

  async function runOnce(job: SandboxJob, known: Machine | undefined, start: number): Promise<SandboxResult> {
    let machine = known;
    let failure: SandboxFailure | undefined;
    let output: SandboxResult['output'];
    try {
      machine ??= await startMachine(engine, clock, limits);
      if (machine !== known) {
        // The clock starts here: a slow start of the engine on a busy machine is not counted against the code.
        clock.start();
        loadCode(machine, job.code);
      }
      if (job.input !== undefined) {
        clock.start();
        output = pickMembers(callHandler(machine, job.input), job.members, limits);
      }
    } catch (error) {
      failure = toFailure(error, clock, limits);
    }
    clock.stop();
    const lines = machine?.console.takeLines() ?? [];
    if (machine && !failure && !job.fresh) keep(job.key, machine);
    return { output, failure, console: lines, durationMs: performance.now() - start };
  }

  return async (job) => {
    const start = performance.now();
    const kept = job.fresh ? undefined : machines.get(job.key);
    const known = kept?.code === job.code ? kept : undefined;
    // The machine is kept again only after a successful run.
    if (!job.fresh) machines.delete(job.key);
    const result = await runOnce(job, known, start);
    // State that earlier runs left behind must not make this run fail, so a failed run is repeated in a new engine.
    return result.failure && known ? await runOnce(job, undefined, start) : result;
  };
}

/** A failure inside the engine. */
class GuestError extends Error {
  readonly failure: SandboxFailure;

  constructor(failure: SandboxFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

const guestError = (kind: SandboxFailure['kind'], message: string) =>
  new GuestError({ kind, message, line: undefined, column: undefined });

async function startMachine(engine: object, clock: RunClock, limits: SandboxLimits): Promise<Machine> {
  const maxBytes = Math.max(INITIAL_BYTES, limits.memoryBytes);
  const memory = new WebAssembly.Memory({
    initial: INITIAL_BYTES / PAGE_BYTES,
    maximum: maxBytes / PAGE_BYTES,
  });
  const loaded = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, { wasmModule: engine, wasmMemory: memory }),
  );
  const runtime = loaded.newRuntime({ maxStackSizeBytes: STACK_BYTES });
  const context = runtime.newContext();
  // Created before any code runs, so that the code cannot replace the functions that read its results.
  const reader = createGuestReader(context);
  const machine: Machine = {
    code: '',
    memory,
    maxBytes,
    runtime,
    context,
    reader,
    console: createGuestConsole(context, reader),
    handler: context.undefined,
    clock,
  };
  runtime.setInterruptHandler(() => clock.isOver());
  return machine;
}

/**
 * Whether code is a module: it has an import or an export, which no script may have. The engine decides, because only a parser
 * tells an export from the word in a text, wherever in a line it stands.
 */
function isModuleCode(context: QuickJSContext, code: string): boolean {
  if (!/\b(?:import|export)\b/.test(code)) return false;
  const compiled = context.evalCode(code, FILE, { type: 'global', compileOnly: true });
  (compiled.error ?? compiled.value).dispose();
  return compiled.error !== undefined;
}

/** Loads the code, as a module if it has an import or an export, otherwise as a script. */
function loadCode(machine: Machine, code: string): void {
  const { context, reader } = machine;
  machine.code = code;
  const isModule = isModuleCode(context, code);
  const evaluated = unwrap(machine, context.evalCode(code, FILE, { type: isModule ? 'module' : 'global' }));
  let handler: QuickJSHandle | undefined;
  if (isModule) {
    const namespace = awaitPromise(machine, evaluated, 'The module never finishes');
    const named = reader.get(namespace, 'handler');
    handler = named && context.typeof(named) === 'function' ? named : reader.get(namespace, 'default');
  } else {
    const text = "typeof handler === 'function' ? handler : undefined";
    handler = unwrap(machine, context.evalCode(text, 'find-handler.js'));
  }
  if (!handler || context.typeof(handler) !== 'function')
    throw guestError(
      'invalid_code',
      'There is no function named handler, and no default export that is a function',
    );
  machine.handler = handler;
}

/** @returns the JSON text of the object that the handler returned, or of its argument if it returned nothing */
function callHandler(machine: Machine, input: string): string {
  const { context, reader, handler } = machine;
  const given = unwrap(machine, reader.parse(input));
  const returned = unwrap(machine, context.callFunction(handler, context.undefined, given));
  const result = awaitPromise(
    machine,
    returned,
    'The promise of handler never settles: the sandbox has no timers and no input or output to wait for',
  );
  const written = unwrap(machine, reader.stringify(context.typeof(result) === 'undefined' ? given : result));
  // Undefined for a value that has no JSON; also possible for an object with its own toJSON.
  const text = context.typeof(written) === 'string' ? context.getString(written) : '';
  for (const handle of [given, returned, result, written]) if (handle.alive) handle.dispose();
  if (!text.startsWith('{'))
    throw guestError('threw', 'TypeError: handler must return the webhook, an object');
  return text;
}

function pickMembers(
  text: string,
  members: readonly string[],
  { maxOutputLength }: SandboxLimits,
): Record<string, string> {
  if (text.length > maxOutputLength) {
    const message = `The result has ${text.length} characters; at most ${maxOutputLength} are sent`;
    throw guestError('output_too_large', message);
  }
  const depth = measureDepth(text);
  if (depth > MAX_DEPTH) {
    const message = `The result is nested ${depth} levels deep; at most ${MAX_DEPTH} levels are sent`;
    throw guestError('output_too_large', message);
  }
  const result = JSON.parse(text) as Record<string, unknown>;
  const picked: Record<string, string> = {};
  for (const name of members) if (Object.hasOwn(result, name)) picked[name] = JSON.stringify(result[name]);
  return picked;
}

/**
 * The result of a promise; any other value is returned unchanged. Asks the engine for the state of the promise, because
 * the code may have replaced its `then`.
 * @throws GuestError with the reason of a rejection, or if no pending job can settle the promise
 */
function awaitPromise(machine: Machine, value: QuickJSHandle, ifNever: string): QuickJSHandle {
  const { context } = machine;
  if (context.getPromiseState(value).type === 'pending') doJobs(machine);
  const state = context.getPromiseState(value);
  if (state.type === 'fulfilled') return state.value;
  if (state.type === 'rejected') throw toGuestError(machine, state.error);
  throw guestError('threw', ifNever);
}

/**
 * Runs the pending promise jobs.
 * @throws GuestError also when the time is over, because that alone rejects no promise
 */
function doJobs(machine: Machine): void {
  for (;;) {
    const done = machine.runtime.executePendingJobs(JOBS_AT_ONCE);
    if (done.error) throw toGuestError(machine, done.error);
    if (machine.clock.isOver()) throw guestError('timeout', 'interrupted');
    if (done.value < JOBS_AT_ONCE) return;
  }
}

/** @throws GuestError with the value that the code threw */
function unwrap(machine: Machine, result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
  if (result.error) throw toGuestError(machine, result.error);
  return result.value;
}

const PLACE = new RegExp(`${FILE.replace('.', '\\.')}:(\\d{1,9}):(\\d{1,9})`);
const MAX_STACK_LENGTH = 10_000;

function toGuestError(machine: Machine, thrown: QuickJSHandle): GuestError {
  const { context, reader, memory, maxBytes, clock } = machine;
  // If no memory is left for the error itself, the engine throws null. The code may throw null as well.
  if (context.sameValue(thrown, context.null)) {
    return memory.buffer.byteLength > maxBytes * FULL_SHARE
      ? guestError('memory', 'out of memory')
      : guestError('threw', 'Thrown: null');
  }
  const { name, message, stack, text } = reader.describeThrown(thrown);
  const place = PLACE.exec(stack.slice(0, MAX_STACK_LENGTH));
  let kind: SandboxFailure['kind'] = 'threw';
  if (name === 'InternalError' && message === 'interrupted' && clock.isOver()) kind = 'timeout';
  else if (name === 'InternalError' && /^(out of memory|string too long)$/.test(message)) kind = 'memory';
  else if (name === 'SyntaxError' && !stack.includes('(')) kind = 'invalid_code';
  return new GuestError({
    kind,
    message: text,
    line: place ? Number(place[1]) : undefined,
    column: place ? Number(place[2]) : undefined,
  });
}

function toFailure(
  error: unknown,
  clock: RunClock,
  { timeoutMs, memoryBytes }: SandboxLimits,
): SandboxFailure {
  const failure =
    error instanceof GuestError
      ? error.failure
      : // The engine itself threw: deep recursion of its parser, or not enough memory to start.
        guestError('threw', `The code made the sandbox fail: ${String(error)}`).failure;
  // In other calls, an engine whose time is over throws an error that does not say so.
  const isLate = !(error instanceof GuestError) && clock.isOver();
  if (failure.kind === 'timeout' || isLate)
    return { ...failure, kind: 'timeout', message: `The code took more than ${timeoutMs} ms` };
  if (failure.kind === 'memory')
    return {
      ...failure,
      message: `The code needed more than ${Math.round(memoryBytes / 1_048_576)} MB of memory`,
    };
  return { ...failure, message: failure.message.slice(0, MAX_MESSAGE_LENGTH) };
}
