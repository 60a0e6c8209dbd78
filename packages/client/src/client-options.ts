import type { Warning } from './api/operations.ts';

/** The key of the API, or a function that gives it. A function is called before each try, for tokens that expire. */
export type KeySource = string | (() => string | Promise<string>);

export interface ClientOptions {
  /** The gateway's address, such as `https://hooks.example.com`. A path in it comes before the path of each call. */
  url: string;
  /**
   * An API key or a JWT. A function is called before each try and each connection of a feed. Without a key the client works
   * in pages of the gateway's own origin only, for the person whose session cookie the browser has.
   */
  key?: KeySource;
  /** Default: the platform's `fetch`. */
  fetch?: typeof fetch;
  /** How many more tries a call gets when it failed for a reason that may pass. Default: 2. */
  retries?: number;
  /** How long one try may take, in ms. Default: 60,000, because the slowest operations take up to 32 s. */
  timeoutMs?: number;
  /** Called for each accepted field of a request that is probably a mistake. `call` returns the warnings as well. */
  onWarning?: (warning: Warning) => void;
}

export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long one try may take, in ms. Default: the client's. */
  timeoutMs?: number;
  /** How many more tries the call gets. Default: the client's. */
  retries?: number;
  /**
   * Names a write: a repeat with the same key is answered with the first answer and not carried out again. Default: a
   * random key for each call, the same for each of its tries.
   */
  idempotencyKey?: string;
}
