/** What code is run for, and on what. */
export interface SandboxJob {
  /** Whose code it is: runs with the same key may reuse what was compiled, and never share anything with another. */
  key: string;
  /** Who answers for the key, such as a tenant: owners take turns, then the keys of one owner. */
  owner: string;
  /** JavaScript that defines `handler`, or exports it, or has it as its default export. */
  code: string;
  /** JSON text; the argument of the handler. Undefined: the code is only compiled and its handler looked for. */
  input: string | undefined;
  /** Members of the handler's result that are wanted; nothing else of it leaves the sandbox. */
  members: readonly string[];
  /** Keeps nothing of this run for later ones, and nothing of earlier ones is there. */
  fresh: boolean;
}

export type SandboxFailureKind =
  | 'threw'
  | 'timeout'
  | 'memory'
  | 'invalid_code'
  | 'output_too_large'
  /** Not run: too much else waits. It says nothing about the code. */
  | 'busy'
  /** Not run: the code ran out of time again and again, and is left alone for a while. */
  | 'suspended';

export interface SandboxFailure {
  kind: SandboxFailureKind;
  /** In words, for whoever wrote the code. */
  message: string;
  /** In the code, counted from 1. */
  line: number | undefined;
  column: number | undefined;
}

export interface SandboxResult {
  /**
   * JSON text of each wanted member of the object that the handler returned, or of its argument, as the handler left it,
   * when it returned nothing. A member that is not there, or is no JSON, is missing.
   */
  output: Readonly<Record<string, string>> | undefined;
  failure: SandboxFailure | undefined;
  /** What was written with `console`, one line a call; bounded. */
  console: string[];
  durationMs: number;
}

/** Limits for the code, given to each thread. */
export interface SandboxLimits {
  /** Of the processor, for compiling it, and for one run. Default 100. */
  timeoutMs: number;
  /** The same by the clock on the wall: on a machine that is busy, code gets its time in pieces. Default 1,000. */
  maxElapsedMs: number;
  /** For the code and its data. Default 32 MiB. */
  memoryBytes: number;
  /** Of the JSON text that comes out. Default 1 MiB. */
  maxOutputLength: number;
}
