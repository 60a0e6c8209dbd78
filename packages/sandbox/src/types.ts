/** What code is run for, and on what. */
export interface SandboxJob {
  /** Whose code it is: runs with the same key may reuse what was compiled, and never share anything with another. */
  key: string;
  /** JavaScript that defines `handler`, or exports it, or has it as its default export. */
  code: string;
  /** JSON text; the argument of the handler. Undefined: the code is only compiled and its handler looked for. */
  input: string | undefined;
  /** Keeps nothing of this run for later ones, and nothing of earlier ones is there. */
  fresh: boolean;
}

export type SandboxFailureKind =
  | 'threw'
  | 'timeout'
  | 'memory'
  | 'invalid_code'
  | 'output_too_large'
  | 'busy';

export interface SandboxFailure {
  kind: SandboxFailureKind;
  /** In words, for whoever wrote the code. */
  message: string;
  /** In the code, counted from 1. */
  line: number | undefined;
  column: number | undefined;
}

export interface SandboxResult {
  /** JSON text of what the handler returned; its argument, as it left it, when that was nothing. */
  output: string | undefined;
  failure: SandboxFailure | undefined;
  /** What was written with `console`, one line a call; bounded. */
  console: string[];
  durationMs: number;
}

/** Limits for the code, given to each thread. */
export interface SandboxLimits {
  /** For compiling it, and for one run. Built-in functions (sort, join, a parse) are not interrupted. Default 100. */
  timeoutMs: number;
  /** For the code and its data. Default 32 MiB. */
  memoryBytes: number;
  /** Of the JSON text that comes out. Default 1 MiB. */
  maxOutputLength: number;
}
