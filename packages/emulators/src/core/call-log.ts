import { createHash } from 'node:crypto';
import { BoundedList, BoundedMap } from './bounded.ts';

const MAX_CALLS = 20_000;
const MAX_TOKENS = 100_000;
const MAX_OUTCOMES = 50;

/** Parameters whose values are never kept. */
const SECRET_PARAMETERS = new Set([
  'access_token',
  'assertion',
  'client_secret',
  'code',
  'code_verifier',
  'hub.secret',
  'refresh_token',
  'state',
  'token',
]);

/** One request to the emulators. It has no token, code or secret. */
export interface Call {
  readonly n: number;
  /** The emulated time. */
  readonly atMs: number;
  readonly provider: string;
  readonly host: string;
  readonly method: string;
  /** Below the host, without the query. */
  readonly path: string;
  /** Values of secret parameters are `redacted`. */
  readonly query: string;
  readonly status: number;
  /** The kind of the fault that was injected. */
  readonly fault?: string;
  /** The account whose token was used. */
  readonly account?: string;
  readonly clientId?: string;
  readonly grantType?: string;
  /** Of the refresh token in the request, see `hashToken`. */
  readonly refreshTokenHash?: string;
}

/** What happened to one refresh token. */
export interface Exchange {
  /** See `hashToken`. */
  readonly hash: string;
  readonly provider: string;
  readonly clientId: string;
  readonly account: string;
  readonly kind: string;
  /** 1 for the token of the consent; each rotation adds 1. */
  readonly generation: number;
  attempts: number;
  successes: number;
  /** `ok`, or the reason of a refusal; the first 50. */
  readonly outcomes: string[];
}

/** 16 hexadecimal digits of the SHA-256 of a token, for comparisons in tests. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}

/** The newest 20,000 calls, and the exchanges of the newest 100,000 refresh tokens. */
export class CallLog {
  readonly #calls = new BoundedList<Call>(MAX_CALLS);
  readonly #exchanges = new BoundedMap<string, Exchange>(MAX_TOKENS);
  #count = 0;

  addCall(call: Omit<Call, 'n'>): void {
    this.#count += 1;
    this.#calls.add({ n: this.#count, ...call });
  }

  addExchange(
    token: string,
    facts: Pick<Exchange, 'provider' | 'clientId' | 'account' | 'kind' | 'generation'>,
    outcome: string,
  ): void {
    const hash = hashToken(token);
    const exchange = this.#exchanges.get(hash) ?? { hash, ...facts, attempts: 0, successes: 0, outcomes: [] };
    exchange.attempts += 1;
    if (outcome === 'ok') exchange.successes += 1;
    if (exchange.outcomes.length < MAX_OUTCOMES) exchange.outcomes.push(outcome);
    this.#exchanges.set(hash, exchange);
  }

  /** Oldest first. */
  calls(filter: CallFilter = {}): Call[] {
    return this.#calls.latest().filter((call) => matchesCall(call, filter));
  }

  exchanges(): Exchange[] {
    return [...this.#exchanges.values()];
  }

  clear(): void {
    this.#calls.clear();
    this.#exchanges.clear();
  }
}

export interface CallFilter {
  provider?: string;
  method?: string;
  /** A part of host and path. */
  path?: string;
  account?: string;
  grantType?: string;
  /** Only calls after that one. */
  afterN?: number;
}

function matchesCall(call: Call, filter: CallFilter): boolean {
  return (
    (filter.provider === undefined || call.provider === filter.provider) &&
    (filter.method === undefined || call.method === filter.method) &&
    (filter.path === undefined || `${call.host}${call.path}`.includes(filter.path)) &&
    (filter.account === undefined || call.account === filter.account) &&
    (filter.grantType === undefined || call.grantType === filter.grantType) &&
    (filter.afterN === undefined || call.n > filter.afterN)
  );
}

/** The query of an address without the values of secret parameters. */
export function redactQuery(query: string): string {
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) {
    if (SECRET_PARAMETERS.has(name)) parameters.set(name, 'redacted');
  }
  return parameters.toString();
}
