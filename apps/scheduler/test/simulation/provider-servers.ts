import type { Fault, Server } from './faults.ts';
import { nextMidnightMs } from './quota-model.ts';

/** A simulated answer. `status` undefined: none came. */
export interface SimulatedAnswer {
  readonly afterMs: number;
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface SimulatedCall {
  readonly provider: string;
  readonly server: Server;
  readonly accountId: string;
  readonly appId: string;
  readonly path: string;
  readonly cost: number;
  /** The person has withdrawn the grant. */
  readonly isRevoked: boolean;
}

/** As the services have them: `TIMEOUT_MS` of a call, `EXCHANGE_TIMEOUT_MS` of an exchange. */
const NO_ANSWER_MS = { api: 30_000, hub: 30_000, token: 20_000 };
/** Of Spotify in development mode; no documentation says it, and Hookline has to learn it. */
const SPOTIFY_CALLS_IN_30_S = 30;
const YOUTUBE_UNITS = 10_000;
const LOS_ANGELES = 'America/Los_Angeles';

/** The providers, with limits of their own that they do not tell, or only in headers. */
export class ProviderServers {
  readonly #faults: readonly Fault[];
  readonly #random: () => number;
  readonly #startMs: number;
  readonly #recent = new Map<string, number[]>();
  #halves = 0;
  #youtube = { untilMs: 0, used: 0 };
  /** Answers that refused a call as one too many, by provider, outside of faults. */
  readonly refusals = new Map<string, number>();
  /** The most units that YouTube has counted in a day. */
  mostYouTubeUnits = 0;

  constructor(options: { faults: readonly Fault[]; random: () => number; startMs: number }) {
    this.#faults = options.faults;
    this.#random = options.random;
    this.#startMs = options.startMs;
  }

  call(call: SimulatedCall, nowMs: number): SimulatedAnswer {
    const afterMs = Math.round(60 - 180 * Math.log(1 - 0.999 * this.#random()));
    const answer = (status: number, body: unknown = {}, headers: Record<string, string> = {}) => ({
      afterMs,
      status,
      headers: { date: new Date(nowMs).toUTCString(), ...headers },
      body,
    });
    const how = this.#faultOf(call, nowMs - this.#startMs)?.how;
    if (how === 'silent')
      return { afterMs: NO_ANSWER_MS[call.server], status: undefined, headers: {}, body: undefined };
    if (how === 'error') return answer(503);
    if (how === 'half' && this.#halves++ % 2 === 0) return answer(502);
    if (how === 'busy') {
      return answer(429, { ok: false, error: 'ratelimited' }, { 'retry-after': '30' });
    }
    if (call.server === 'token') {
      return call.isRevoked ? answer(400, { error: 'invalid_grant' }) : answer(200);
    }
    if (call.server === 'hub') return answer(202);
    if (call.isRevoked) return answer(401, { ok: false, error: 'token_revoked' });
    const refusal = this.#limit(call, nowMs);
    if (refusal === undefined) return answer(200, { ok: true });
    this.refusals.set(call.provider, (this.refusals.get(call.provider) ?? 0) + 1);
    return answer(refusal.status, refusal.body, refusal.headers);
  }

  #faultOf({ provider, server }: SimulatedCall, atMs: number): Fault | undefined {
    return this.#faults.find(
      ({ fromMs, toMs, providers, servers }) =>
        atMs >= fromMs && atMs < toMs && providers.includes(provider) && servers.includes(server),
    );
  }

  #limit(
    { provider, path, accountId, appId, cost }: SimulatedCall,
    nowMs: number,
  ): { status: number; body: unknown; headers?: Record<string, string> } | undefined {
    if (provider === 'youtube') {
      if (nowMs >= this.#youtube.untilMs)
        this.#youtube = { untilMs: nextMidnightMs(nowMs, LOS_ANGELES), used: 0 };
      this.#youtube.used += cost;
      this.mostYouTubeUnits = Math.max(this.mostYouTubeUnits, this.#youtube.used);
      return this.#youtube.used <= YOUTUBE_UNITS
        ? undefined
        : { status: 403, body: { error: { errors: [{ reason: 'quotaExceeded' }] } } };
    }
    if (provider === 'spotify') {
      const wait = this.#rolling('spotify', SPOTIFY_CALLS_IN_30_S, 30_000, nowMs);
      return wait === undefined
        ? undefined
        : { status: 429, body: {}, headers: { 'retry-after': String(Math.ceil(wait / 1_000)) } };
    }
    if (provider === 'slack' && path.endsWith('/conversations.history')) {
      const limit = appId === 'oap_slack_other' ? 1 : 50;
      // A second of tolerance, as the arrival is earlier or later than the call.
      const wait = this.#rolling(`slack ${appId} ${accountId}`, limit, 59_000, nowMs);
      return wait === undefined
        ? undefined
        : {
            status: 429,
            body: { ok: false, error: 'ratelimited' },
            headers: { 'retry-after': String(Math.ceil(wait / 1_000)) },
          };
    }
    return undefined;
  }

  /** @returns undefined: the call counts; else how long to wait */
  #rolling(key: string, limit: number, windowMs: number, nowMs: number): number | undefined {
    const times = (this.#recent.get(key) ?? []).filter((time) => time > nowMs - windowMs);
    this.#recent.set(key, times);
    if (times.length >= limit) return (times[0] ?? nowMs) + windowMs - nowMs;
    times.push(nowMs);
    return undefined;
  }
}
