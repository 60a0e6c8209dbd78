import type { CatalogEndpoint } from '../../endpoints/catalog/endpoint-catalog.ts';
import { failWith } from '../delivery/attempt-errors.ts';
import { authorizeRequest } from './authorize-request.ts';
import type { ClientCredentialsTokens } from './client-credentials.ts';
import type { OutgoingRequest, Sender, SendResult } from './send-request.ts';
import { unsentResult } from './unsent-result.ts';

export interface AuthorizedSender {
  /**
   * Sends a request with the endpoint's credentials. Its `timeoutMs` includes the token request. Without a token nothing
   * is sent, and the result is `auth_failed`.
   */
  send(
    endpoint: Pick<CatalogEndpoint, 'id' | 'version' | 'auth'>,
    request: OutgoingRequest,
  ): Promise<SendResult>;
}

type AuthorizedEndpoint = Pick<CatalogEndpoint, 'id' | 'version'> & {
  auth: NonNullable<CatalogEndpoint['auth']>;
};

export function createAuthorizedSender(sender: Sender, tokens: ClientCredentialsTokens): AuthorizedSender {
  async function sendWith(
    { id, version, auth }: AuthorizedEndpoint,
    request: OutgoingRequest,
  ): Promise<SendResult> {
    const startedAtMs = Date.now();
    const start = performance.now();
    const elapsedMs = () => performance.now() - start;
    let authorization: Awaited<ReturnType<typeof authorizeRequest>>;
    try {
      authorization = await authorizeRequest(tokens, { id, version, auth }, request.timeoutMs);
    } catch (error) {
      const failure = failWith('auth_failed', (error as Error).message);
      return unsentResult({ startedAtMs, durationMs: elapsedMs() }, failure);
    }
    const { headers, clientCertificate, token } = authorization;
    const result = await sender.send({
      ...request,
      headers: { ...request.headers, ...headers },
      clientCertificate,
      timeoutMs: Math.max(1, request.timeoutMs - elapsedMs()),
    });
    if (result.status === 401 && token !== undefined) tokens.refuse(id, token);
    return result;
  }

  return {
    send: ({ id, version, auth }, request) =>
      auth === undefined ? sender.send(request) : sendWith({ id, version, auth }, request),
  };
}
