import type { AnswerOf, InputOf, operations } from '@hookline/contracts';

export type Operations = typeof operations;
export type OperationName = keyof Operations;

/** The answer of an operation, by the operation's name. */
export type Answer<Name extends OperationName> = AnswerOf<Operations[Name]>;

/** `Key` of a request: absent when the operation has no such part, optional when the part may be left out. */
type Part<Key extends string, Value> = unknown extends Value
  ? { [Name in Key]?: never }
  : Record<never, never> extends Value
    ? { [Name in Key]?: Value }
    : { [Name in Key]: Value };

type Optional<Value> = { [Name in keyof Value]?: Value[Name] | undefined };

/**
 * What a call sends, by the name of the operation. Every query parameter is optional: the gateway fills in the defaults.
 */
export type ApiRequest<Name extends OperationName> = Part<'params', InputOf<Operations[Name], 'params'>> &
  (Operations[Name] extends { query: unknown }
    ? { query?: Optional<InputOf<Operations[Name], 'query'>> }
    : { query?: never }) &
  Part<'body', InputOf<Operations[Name], 'body'>>;

export interface CallOptions {
  /** Ends the call: it rejects with the signal's reason. */
  signal?: AbortSignal;
  /** How long one try may take, in ms. Default: the client's. */
  timeoutMs?: number;
  /**
   * For `publishEvent`: a repeat with the same key is answered with the first event. With a key the client also tries
   * again after 429 and 503.
   */
  idempotencyKey?: string;
}

type Call<Name extends OperationName> =
  Record<never, never> extends ApiRequest<Name>
    ? (request?: ApiRequest<Name>, options?: CallOptions) => Promise<Answer<Name>>
    : (request: ApiRequest<Name>, options?: CallOptions) => Promise<Answer<Name>>;

/** One function for each operation of the API, under the operation's name. */
export type ApiClient = { readonly [Name in OperationName]: Call<Name> };

export interface ApiClientOptions {
  /** The gateway's address, such as `https://hooks.example.com`. A path in it comes before the path of each call. */
  baseUrl: string;
  /** An API key or a JWT. A function is called before each try, for tokens that expire. */
  apiKey: string | (() => string | Promise<string>);
  /** Default: the platform's `fetch`. */
  fetch?: typeof fetch;
  /** How long one try may take, in ms. Default: 60,000, because the slowest operations take up to 32 s. */
  timeoutMs?: number;
  /** How many more tries an idempotent call gets after 429 or 503. Default: 2. */
  maxRetries?: number;
}
