import type { TokenKind } from '@hookline/contracts';
import type { ApiFetch } from '@hookline/outbound';
import {
  type Connectable,
  fillRequest,
  getConnectable,
  type JudgedAnswer,
  judgeAnswer,
  type RequestTemplate,
  type TemplateValues,
} from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { parseBody } from './parse-body.ts';
import type { QuotaBook } from './quota-book.ts';
import { quotaGroupsOf } from './quota-groups-of.ts';
import { withoutToken } from './without-token.ts';

/** Where the access tokens of calls come from. */
export interface TokenSource {
  get(
    connectionId: string,
    options?: { kind?: TokenKind; minValidSeconds?: number; signal?: AbortSignal },
  ): Promise<{ token: string; generation: number }>;
  /** The provider did not accept the token of that generation. */
  refused(connectionId: string, kind: TokenKind, generation: number, reason: string): Promise<void>;
}

export interface ProviderCall {
  readonly connection: ConnectionFacts;
  readonly app: AppFacts;
  readonly request: RequestTemplate;
  /** Values of placeholders in addition to those of the connection. */
  readonly values?: TemplateValues;
  /** Query parameters in addition to the template's, as they are: a provider may have chosen them. */
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tokenKind?: TokenKind;
  /** In place of the connection's token, for a connection that is deleted. What the provider says of it is not stored. */
  readonly accessToken?: string;
  /** Units of the quotas; default as the provider's definition says. */
  readonly cost?: number;
  /** A person or a push waits for the answer: the call may use the reserve of each quota. */
  readonly onDemand?: boolean;
  readonly maxBytes?: number;
  /** Default true; see `ApiCallLimits`. */
  readonly followRedirects?: boolean;
  readonly signal: AbortSignal;
}

export interface ProviderAnswer {
  readonly status: number;
  /** Names in lower case; see `ApiAnswer`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** The parsed body; undefined if it is not JSON. */
  readonly json: unknown;
  /** The address that is right from now on. */
  readonly movedTo?: string;
  readonly judged: JudgedAnswer;
}

/** A host has failed so often that it is not called for a while. */
export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
  readonly code = 'breaker_open';
  readonly host: string;

  constructor(host: string) {
    super(`${host} does not answer; it is tried again every 30 s`);
    this.host = host;
  }
}

export interface ProviderApi {
  /**
   * Makes one call to a provider: fills the template with the connection's values, the application and a fresh token,
   * bounds time and size, and keeps the books of quotas and of the host's health. A token that the provider refuses is
   * reported before the answer is returned.
   * @throws ConnectionUnavailableError of the token, QuotaExhaustedError, BreakerOpenError, MissingValueError, and what
   * `ApiFetch` throws
   */
  call(call: ProviderCall): Promise<ProviderAnswer>;
  /** How many hosts do not answer. */
  readonly openBreakers: number;
}

export interface ProviderApiOptions {
  fetch: ApiFetch;
  tokens: TokenSource;
  quotas: QuotaBook;
  logger: Logger;
  userAgent: string;
}

const TIMEOUT_MS = 30_000;
/** An application and a host each. When there are more, those that are closed are forgotten. */
const MAX_BREAKERS = 10_000;

export function createProviderApi(options: ProviderApiOptions): ProviderApi {
  const { fetch, tokens, quotas, logger, userAgent } = options;
  const breakers = new Map<string, Breaker>();

  function breakerOf(appId: string, host: string): Breaker {
    const key = `${appId} ${host}`;
    let breaker = breakers.get(key);
    if (breaker === undefined) {
      if (breakers.size >= MAX_BREAKERS) {
        for (const [each, { isOpen }] of breakers) if (!isOpen) breakers.delete(each);
      }
      breaker = createBreaker();
      breakers.set(key, breaker);
    }
    return breaker;
  }

  return {
    get openBreakers() {
      let open = 0;
      for (const { isOpen } of breakers.values()) if (isOpen) open++;
      return open;
    },
    async call(call) {
      const { connection, app, request, signal } = call;
      const connectable = connectableOf(connection.provider);
      const kind = call.tokenKind ?? 'access';
      const isBearer = request.authorization === 'bearer';
      const isStored = isBearer && call.accessToken === undefined;
      const token = isStored ? await tokens.get(connection.id, { kind, signal }) : undefined;
      const accessToken = token?.token ?? (isBearer ? call.accessToken : undefined);
      const filled = fillRequest(
        request,
        {
          ...connection.settings.values,
          clientId: app.clientId,
          clientSecret: request.authorization === 'client' ? app.clientSecret() : undefined,
          topicName: app.settings.topic,
          ...call.values,
          accessToken,
        },
        app.settings.origins,
      );
      const url = new URL(filled.url);
      for (const [name, value] of Object.entries(call.query ?? {})) url.searchParams.set(name, value);

      const breaker = breakerOf(app.id, url.host);
      if (!breaker.allows(performance.now())) throw new BreakerOpenError(url.host);
      const groups = quotaGroupsOf(connectable, connection, app, url.pathname, call.cost);
      const reservation = await quotas.reserve(groups, call.onDemand ?? false);
      let answer: ProviderAnswer | undefined;
      try {
        signal.throwIfAborted();
        const received = await fetch.call(
          {
            method: filled.method,
            url: url.href,
            headers: { 'user-agent': userAgent, ...filled.headers, ...call.headers },
            body: filled.body,
          },
          {
            timeoutMs: TIMEOUT_MS,
            signal,
            ...(call.maxBytes !== undefined && { maxBytes: call.maxBytes }),
            ...(call.followRedirects !== undefined && { followRedirects: call.followRedirects }),
          },
        );
        const body = withoutToken(received.body, accessToken);
        const json = parseBody(body);
        const judged = judgeAnswer({ ...received, body: json }, connectable.answers);
        answer = { ...received, body, json, judged };
        return answer;
      } finally {
        // A call that was aborted says nothing about the host.
        if (answer !== undefined || !signal.aborted) {
          const changed = breaker.note(answer === undefined || answer.status >= 500, performance.now());
          if (changed !== undefined) {
            logger.warn({ app: app.id, host: url.host, provider: connection.provider }, `breaker.${changed}`);
          }
        }
        await quotas.settle(reservation, answer);
        if (answer?.judged.verdict === 'unauthorized' && token !== undefined) {
          await tokens.refused(connection.id, kind, token.generation, answer.judged.code ?? 'status 401');
        }
      }
    },
  };
}

function connectableOf(provider: string): Connectable {
  const connectable = getConnectable(provider);
  if (connectable === undefined) throw new Error(`this build does not know the service "${provider}"`);
  return connectable;
}
