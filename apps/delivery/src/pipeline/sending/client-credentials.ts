import type { EndpointAuth } from '@hookline/contracts';
import { basicCredentials, type GuardedFetch } from '@hookline/outbound';
import * as oauth from 'oauth4webapi';
import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { classifyError } from './classify-outcome.ts';

export type ClientCredentials = Extract<EndpointAuth, { type: 'oauth2_client_credentials' }>;

/** No token was obtained. The message is for the endpoint's owner: the token endpoint's answer, without secrets. */
export class TokenUnavailableError extends Error {
  override readonly name = 'TokenUnavailableError';
}

export interface ClientCredentialsTokens {
  /**
   * Returns a token for an endpoint, from memory until shortly before it expires. Concurrent callers share one request.
   * @param timeoutMs how long the caller can wait; the request goes on for the others
   * @throws TokenUnavailableError
   */
  get(
    endpoint: Pick<CatalogEndpoint, 'id' | 'version'>,
    auth: ClientCredentials,
    timeoutMs: number,
  ): Promise<string>;
  /** Drops a token that the endpoint answered with 401. A new token is requested at most once a minute. */
  refuse(endpointId: string, token: string): void;
}

export interface ClientCredentialsOptions {
  fetch: GuardedFetch['fetch'];
  /** Tokens kept at once; above this number the least recently used is removed. Default 10,000. */
  maxTokens?: number;
  /** A monotonic clock, in ms. Default `performance.now`. */
  now?: () => number;
}

const SECOND = 1_000;
/** The lifetime of a token without `expires_in`. */
const DEFAULT_LIFE = 300 * SECOND;
/** A token is renewed so long before it expires, or a tenth of its lifetime if that is less. */
const RENEWAL_MARGIN = 60 * SECOND;
/** A failing token endpoint is not called for so long, however many deliveries need a token. */
const FAILURE_PAUSE = 5 * SECOND;
/** An endpoint that answers 401 to every request must not cause a token request for each. */
const REFUSAL_PAUSE = 60 * SECOND;
const MAX_TOLD_CHARACTERS = 200;
const CARRIED_BY_A_HEADER = /^[\x21-\x7e]{1,8192}$/;

interface Entry {
  version: number;
  token: string | undefined;
  renewAtMs: number;
  /** When a 401 last dropped a token. */
  refusedAtMs: number;
  failure: TokenUnavailableError | undefined;
  failedAtMs: number;
  pending: Promise<string> | undefined;
}

/** Obtains and keeps access tokens by OAuth 2's client credentials grant (RFC 6749, 4.4), one for each endpoint. */
export function createClientCredentialsTokens(options: ClientCredentialsOptions): ClientCredentialsTokens {
  const { fetch, maxTokens = 10_000, now = () => performance.now() } = options;
  const entries = new Map<string, Entry>();

  /** The entry of an endpoint, moved to the end as the most recently used. A changed endpoint gets a new entry. */
  function entryOf(endpointId: string, version: number): Entry {
    let entry = entries.get(endpointId);
    if (entry?.version !== version) {
      entry = {
        version,
        token: undefined,
        renewAtMs: 0,
        refusedAtMs: Number.NEGATIVE_INFINITY,
        failure: undefined,
        failedAtMs: Number.NEGATIVE_INFINITY,
        pending: undefined,
      };
    }
    entries.delete(endpointId);
    entries.set(endpointId, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxTokens) break;
      entries.delete(oldest);
    }
    return entry;
  }

  function renew(entry: Entry, auth: ClientCredentials): Promise<string> {
    entry.pending ??= requestToken(fetch, auth)
      .then(({ token, lifeMs }) => {
        entry.token = token;
        entry.renewAtMs = now() + lifeMs - Math.min(RENEWAL_MARGIN, lifeMs / 10);
        entry.failure = undefined;
        return token;
      })
      .catch((error: TokenUnavailableError) => {
        entry.failure = error;
        entry.failedAtMs = now();
        throw error;
      })
      .finally(() => {
        entry.pending = undefined;
      });
    return entry.pending;
  }

  return {
    async get({ id, version }, auth, timeoutMs) {
      const entry = entryOf(id, version);
      const time = now();
      if (entry.token !== undefined && time < entry.renewAtMs) return entry.token;
      if (entry.failure !== undefined && time - entry.failedAtMs < FAILURE_PAUSE) throw entry.failure;
      return withinMs(renew(entry, auth), timeoutMs);
    },
    refuse(endpointId, token) {
      const entry = entries.get(endpointId);
      if (entry?.token !== token || now() - entry.refusedAtMs < REFUSAL_PAUSE) return;
      entry.token = undefined;
      entry.refusedAtMs = now();
    },
  };
}

const basicAuthentication =
  (clientSecret: string): oauth.ClientAuth =>
  (_server, client, _body, headers) =>
    headers.set('authorization', basicCredentials(client.client_id, clientSecret));

/** @throws TokenUnavailableError and nothing else */
async function requestToken(
  fetch: GuardedFetch['fetch'],
  auth: ClientCredentials,
): Promise<{ token: string; lifeMs: number }> {
  const server: oauth.AuthorizationServer = { issuer: auth.tokenUrl, token_endpoint: auth.tokenUrl };
  const client: oauth.Client = { client_id: auth.clientId };
  const authenticate =
    auth.clientAuthentication === 'body'
      ? oauth.ClientSecretPost(auth.clientSecret)
      : basicAuthentication(auth.clientSecret);
  const parameters = new URLSearchParams();
  if (auth.scope !== undefined) parameters.set('scope', auth.scope);
  if (auth.audience !== undefined) parameters.set('audience', auth.audience);
  let status: number | undefined;
  try {
    const response = await oauth.clientCredentialsGrantRequest(server, client, authenticate, parameters, {
      [oauth.customFetch]: (url, { method, headers, body }) => fetch(url, { method, headers, body }),
      // Whether http is allowed was checked when the endpoint was saved.
      [oauth.allowInsecureRequests]: true,
    });
    status = response.status;
    const answer = await oauth.processClientCredentialsResponse(server, client, response);
    if (answer.token_type !== 'bearer')
      throw new TokenUnavailableError('The token endpoint returned a token that is not a bearer token');
    if (!CARRIED_BY_A_HEADER.test(answer.access_token))
      throw new TokenUnavailableError('The token endpoint returned a token that cannot be sent in a header');
    const lifeMs = answer.expires_in === undefined ? DEFAULT_LIFE : answer.expires_in * SECOND;
    return { token: answer.access_token, lifeMs };
  } catch (error) {
    throw toUnavailable(error, status, auth);
  }
}

function toUnavailable(
  error: unknown,
  status: number | undefined,
  auth: ClientCredentials,
): TokenUnavailableError {
  if (error instanceof TokenUnavailableError) return error;
  if (error instanceof oauth.ResponseBodyError) {
    const { error: code, error_description: description } = error;
    const told = description === undefined ? code : `${code}: ${description}`;
    const advice =
      code === 'invalid_client' && auth.clientAuthentication !== 'body'
        ? '. If id and secret are right, the token endpoint may want them in the body: set auth.clientAuthentication to "body"'
        : '';
    return new TokenUnavailableError(
      `The token endpoint answered ${error.status}, ${toTellable(told, auth)}${advice}`,
    );
  }
  if (status !== undefined) {
    return new TokenUnavailableError(
      status === 200
        ? 'The token endpoint answered 200, but not with a token as RFC 6749 has it'
        : `The token endpoint answered ${status} without an error code`,
    );
  }
  if (error instanceof Error && error.name === 'TimeoutError')
    return new TokenUnavailableError('The token endpoint did not answer completely in time');
  return new TokenUnavailableError(`The token endpoint cannot be reached: ${classifyError(error).message}`);
}

/** A foreign server's text for the log and the API: one bounded line, without the secret that it may repeat. */
function toTellable(text: string, { clientSecret }: ClientCredentials): string {
  const hidden = text
    .replaceAll(clientSecret, '[redacted]')
    .replaceAll(encodeURIComponent(clientSecret), '[redacted]');
  return hidden.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, MAX_TOLD_CHARACTERS);
}

/** @throws TokenUnavailableError when it takes longer */
function withinMs(token: Promise<string>, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new TokenUnavailableError('The token endpoint did not answer completely in time')),
      timeoutMs,
    );
    token.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
