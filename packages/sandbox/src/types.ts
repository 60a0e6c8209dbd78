/** One run of code: its owner, its input and the wanted output. */
export interface SandboxJob {
  /** Identifies the code: runs with the same key may reuse compiled code; different keys share nothing. */
  key: string;
  /** The owner of the key, such as a tenant: owners take turns, then the keys of one owner. */
  owner: string;
  /** JavaScript that defines `handler`, or exports it, or has it as its default export. */
  code: string;
  /** The handler's argument as JSON text. Undefined: the code is only compiled and checked for a handler. */
  input: string | undefined;
  /** The members of the handler's result that are returned; no other part of the result leaves the sandbox. */
  members: readonly string[];
  /** Runs in a new engine, which is not kept for later runs. */
  fresh: boolean;
}

export type SandboxFailureKind =
  | 'threw'
  | 'timeout'
  | 'memory'
  | 'invalid_code'
  | 'output_too_large'
  /** Not run, because too many jobs are waiting. It says nothing about the code. */
  | 'busy'
  /** Not run, because the code timed out repeatedly and is suspended for a while. */
  | 'suspended';

export interface SandboxFailure {
  kind: SandboxFailureKind;
  /** A sentence for the author of the code. */
  message: string;
  /** The line in the code, counted from 1. */
  line: number | undefined;
  column: number | undefined;
}

export interface SandboxResult {
  /**
   * JSON text of each wanted member of the object that the handler returned, or of its argument, as the handler left
   * it, if it returned nothing. A member that does not exist or has no JSON is missing.
   */
  output: Readonly<Record<string, string>> | undefined;
  failure: SandboxFailure | undefined;
  /** The lines written with `console`, one for each call; bounded. */
  console: string[];
  durationMs: number;
}

/** The limits for code, passed to each thread. */
export interface SandboxLimits {
  /** CPU time for compiling the code, and CPU time for one run. Default 100. */
  timeoutMs: number;
  /** The same in elapsed time: on a busy machine, code waits for the processor. Default 1,000. */
  maxElapsedMs: number;
  /** Memory for the code and its data. Default 32 MiB. */
  memoryBytes: number;
  /** The most characters of the result's JSON text. Default 1 MiB. */
  maxOutputLength: number;
}
