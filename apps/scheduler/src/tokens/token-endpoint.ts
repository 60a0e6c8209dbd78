import { AddressNotAllowedError, type ApiFetch, basicCredentials } from '@hookline/outbound';
import { type CredentialKind, type OAuthSpecification, replaceOrigin } from '@hookline/providers';
import * as oauth from 'oauth4webapi';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ExchangeFailure } from './classify-failure.ts';
import { type Credential, type NormalizedAnswer, normalizeTokenAnswer } from './normalize-token-answer.ts';

/** An exchange gave no token. Neither the message nor the cause has a token, a code or a secret. */
export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly failure: ExchangeFailure;

  constructor(message: string, failure: ExchangeFailure) {
    super(message);
    this.failure = failure;
  }
}

export interface TokenAnswer {
  readonly credentials: readonly Credential[];
  /** Values of the account that the answer has, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** By performance.now(), before the request was sent: the lives in the answer are counted from here at the earliest. */
  readonly askedAtMs: number;
}

export interface CodeExchange {
  readonly app: AppFacts;
  readonly oauth: OAuthSpecification;
  /** The parameters of the callback. */
  readonly parameters: URLSearchParams;
  readonly state: string;
  readonly redirectUri: string;
  /** Undefined: without PKCE. */
  readonly verifier: string | undefined;
}

export interface RefreshExchange {
  readonly app: AppFacts;
  readonly oauth: OAuthSpecification;
  readonly kind: CredentialKind;
  readonly refreshToken: string;
}

/** Exchanges codes and refresh tokens for tokens. */
export interface TokenEndpoint {
  /** @throws ExchangeError and nothing else */
  exchangeCode(exchange: CodeExchange): Promise<TokenAnswer>;
  /** @throws ExchangeError and nothing else */
  refresh(exchange: RefreshExchange): Promise<TokenAnswer>;
}

/** For the whole exchange, with the body: a third of the lease of a token. */
export const EXCHANGE_TIMEOUT_MS = 20_000;
const MAX_BYTES = 65_536;

export function createTokenEndpoint(api: ApiFetch, timeoutMs = EXCHANGE_TIMEOUT_MS): TokenEndpoint {
  async function exchange(
    { app, oauth: specification }: { app: AppFacts; oauth: OAuthSpecification },
    refreshed: CredentialKind | undefined,
    run: (parts: {
      server: oauth.AuthorizationServer;
      client: oauth.Client;
      authentication: oauth.ClientAuth;
      options: oauth.TokenEndpointRequestOptions;
    }) => Promise<unknown>,
  ): Promise<TokenAnswer> {
    const { origins = {} } = app.settings;
    const tokenUrl = replaceOrigin(specification.tokenUrl, origins);
    let answer: NormalizedAnswer | undefined;
    let retryAfter: string | undefined;
    let sendError: unknown;
    const askedAtMs = performance.now();
    const secret = app.clientSecret();

    const customFetch = async (url: string, init: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
      const sent = await api
        .call(
          {
            method: 'POST',
            url,
            headers: { ...init.headers, ...specification.tokenHeaders },
            body: init.body.toString(),
          },
          { timeoutMs, maxBytes: MAX_BYTES, followRedirects: false },
        )
        .catch((error: unknown) => {
          sendError = error;
          throw error;
        });
      retryAfter = sent.headers['retry-after'];
      answer = withoutSecrets(
        normalizeTokenAnswer(
          {
            status: sent.status,
            contentType: sent.headers['content-type'],
            body: sent.body.toString('utf8'),
          },
          specification,
          refreshed,
        ),
        [secret, ...SECRET_PARAMETERS.map((name) => init.body.get(name))],
      );
      return new Response(answer.body, {
        status: answer.status,
        headers: { 'content-type': 'application/json' },
      });
    };

    try {
      await run({
        server: {
          issuer: issuerOf(specification),
          token_endpoint: tokenUrl,
        },
        client: { client_id: app.clientId },
        authentication:
          specification.clientAuthentication === 'basic'
            ? basicAuthentication(secret)
            : oauth.ClientSecretPost(secret),
        options: {
          [oauth.customFetch]: customFetch,
          // The address guard decides where http is allowed.
          [oauth.allowInsecureRequests]: true,
        },
      });
    } catch (error) {
      throw toExchangeError(error, { answer, retryAfter, sendError });
    }
    if (answer === undefined || answer.credentials.length === 0)
      throw toExchangeError(undefined, { answer, retryAfter, sendError });
    return { credentials: answer.credentials, values: answer.values, askedAtMs };
  }

  return {
    exchangeCode: (code) =>
      exchange(code, undefined, async ({ server, client, authentication, options }) => {
        const parameters = oauth.validateAuthResponse(server, client, code.parameters, code.state);
        const response = await oauth.authorizationCodeGrantRequest(
          server,
          client,
          authentication,
          parameters,
          code.redirectUri,
          code.verifier ?? oauth.nopkce,
          options,
        );
        await oauth.processAuthorizationCodeResponse(server, client, response);
      }),
    refresh: (refresh) =>
      exchange(refresh, refresh.kind, async ({ server, client, authentication, options }) => {
        const response = await oauth.refreshTokenGrantRequest(
          server,
          client,
          authentication,
          refresh.refreshToken,
          options,
        );
        await oauth.processRefreshTokenResponse(server, client, response);
      }),
  };
}

const SECRET_PARAMETERS = ['refresh_token', 'code', 'code_verifier', 'client_secret'];

/** The answer without an error code that repeats a secret of the request: codes stand in logs and in the journal. */
function withoutSecrets(answer: NormalizedAnswer, secrets: readonly (string | null)[]): NormalizedAnswer {
  const tells = (code: string | undefined) =>
    code !== undefined && secrets.some((secret) => secret !== null && secret !== '' && code.includes(secret));
  return {
    ...answer,
    error: tells(answer.error) ? undefined : answer.error,
    errorSubtype: tells(answer.errorSubtype) ? undefined : answer.errorSubtype,
  };
}

/** What `iss` of a callback must be: a name, which stays the same where other origins are called. */
const issuerOf = ({ issuer, authorizationUrl }: OAuthSpecification) =>
  issuer ?? new URL(authorizationUrl).origin;

const basicAuthentication =
  (clientSecret: string): oauth.ClientAuth =>
  (_server, client, _body, headers) =>
    headers.set('authorization', basicCredentials(client.client_id, clientSecret));

/** Errors of a connection that was never made: the request was not sent. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENODATA',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);
/** A proxy before the token endpoint answers so if it does not know what became of the request. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 504]);

function toExchangeError(
  error: unknown,
  facts: { answer: NormalizedAnswer | undefined; retryAfter: string | undefined; sendError: unknown },
): ExchangeError {
  const { answer, retryAfter, sendError } = facts;
  if (answer !== undefined) {
    const { status, answeredStatus, errorSubtype } = answer;
    const isSuccess = status < 300;
    return new ExchangeError(
      isSuccess
        ? `the answer ${status} has no token that can be read`
        : `the provider answered ${[answeredStatus, answer.error ?? ''].join(' ').trim()}${redirectAdvice(answeredStatus)}`,
      {
        status,
        error: answer.error,
        errorSubtype,
        isForeign: answer.isForeign ?? false,
        retryAfterSeconds: secondsOf(retryAfter),
        mayHaveHappened: isSuccess || GATEWAY_STATUSES.has(status),
      },
    );
  }
  if (sendError !== undefined) {
    const code = codeOf(sendError);
    const refused = sendError instanceof AddressNotAllowedError;
    return new ExchangeError(
      refused
        ? `the address of the provider ${sendError.publicMessage}`
        : `the provider did not answer (${code ?? (sendError instanceof Error ? sendError.name : 'unknown')})`,
      {
        status: undefined,
        error: undefined,
        mayHaveHappened: !refused && !(code !== undefined && NOT_SENT.has(code)),
      },
    );
  }
  // Before any request: the parameters of the callback, or the secret of the application.
  const reason = error instanceof oauth.AuthorizationResponseError ? error.error : undefined;
  return new ExchangeError(
    reason === undefined
      ? 'the callback or the application is not as it should be'
      : `the callback has the error`,
    { status: 400, error: 'invalid_callback', mayHaveHappened: false },
  );
}

const redirectAdvice = (status: number) =>
  status >= 300 && status < 400 ? ', a redirect, which is not followed because the request has secrets' : '';

const codeOf = (error: unknown): string | undefined => {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  if (typeof code === 'string') return code;
  return typeof cause?.code === 'string' ? cause.code : undefined;
};

/** `Retry-After` in seconds; a date is not supported by any token endpoint that is known. */
function secondsOf(text: string | undefined): number | undefined {
  const seconds = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
