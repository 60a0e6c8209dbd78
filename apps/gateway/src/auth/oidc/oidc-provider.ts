import { ApiError } from '@hookline/contracts';
import { createLoopWorker, type Logger, RETRY_AFTER_SECONDS, type Worker } from '@hookline/service';
import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { OidcOptions } from './oidc-options.ts';
import type { SignInFlow } from './sign-in-flow.ts';

/** The identity provider, by the authorization code flow with PKCE. As a worker it reads the provider's configuration. */
export interface OidcProvider extends Worker {
  /** @throws ApiError `unavailable` while the provider's configuration is not known */
  start(returnTo: string): Promise<{ flow: SignInFlow; location: string }>;
  /**
   * Exchanges the code of a callback, and checks the ID token.
   * @param url of the callback, as the browser called it
   * @returns the claims of the ID token
   * @throws ApiError `sign_in_failed`; `unavailable` if the provider does not answer
   */
  finish(url: URL, flow: SignInFlow): Promise<Readonly<Record<string, unknown>>>;
}

const TIMEOUT_SECONDS = 10;
/** A provider that could not be reached is asked again soon, and changes of its configuration are seen within an hour. */
const REFRESH_MS = 3_600_000;
const RETRY_MS = 5_000;

/**
 * @param redirectUri the address of the callback, as it is registered at the provider
 */
export function createOidcProvider(options: OidcOptions, redirectUri: string, logger: Logger): OidcProvider {
  let configuration: Configuration | undefined;
  const issuer = new URL(options.issuer);

  async function discover(): Promise<void> {
    const found = await discovery(
      issuer,
      options.clientId,
      undefined,
      authenticateClient(options.clientSecret),
      {
        timeout: TIMEOUT_SECONDS,
        // Only on this machine, as env.ts checks.
        execute: issuer.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    );
    // The ID token comes from the provider over TLS. Its signature is checked all the same.
    enableNonRepudiationChecks(found);
    configuration = found;
  }

  function requireConfiguration(): Configuration {
    if (configuration) return configuration;
    throw new ApiError('unavailable', {
      message: 'The identity provider has not answered yet',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  }

  const worker = createLoopWorker({
    name: 'oidc-discovery',
    async work() {
      await discover();
      return REFRESH_MS;
    },
    onError: (error) =>
      logger.warn(
        { err: error },
        'the configuration of the identity provider could not be read; trying again',
      ),
    pauseAfterErrorMs: RETRY_MS,
  });

  return {
    name: worker.name,
    run: worker.run,
    async start(returnTo) {
      const known = requireConfiguration();
      const flow = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        returnTo,
      };
      const location = buildAuthorizationUrl(known, {
        redirect_uri: redirectUri,
        scope: options.scope,
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      return { flow, location: location.href };
    },
    async finish(url, flow) {
      const known = requireConfiguration();
      try {
        const tokens = await authorizationCodeGrant(known, url, {
          pkceCodeVerifier: flow.verifier,
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          idTokenExpected: true,
        });
        return tokens.claims() as Readonly<Record<string, unknown>>;
      } catch (error) {
        // Without the texts of the provider, which may repeat what the browser sent.
        const { code, error: reason } = error as { code?: unknown; error?: unknown };
        logger.warn({ code, reason }, 'a sign-in at the identity provider failed');
        throw toApiError(error);
      }
    },
  };
}

/** By the method that the provider offers; a provider that names none takes Basic (OpenID Connect Discovery, 3). */
function authenticateClient(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (as, ...rest) => {
    const offered = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (offered.includes('client_secret_basic') ? basic : post)(as, ...rest);
  };
}

function toApiError(cause: unknown): ApiError {
  const isRefusal =
    cause instanceof AuthorizationResponseError ||
    cause instanceof ResponseBodyError ||
    (cause instanceof ClientError &&
      cause.code !== 'OAUTH_TIMEOUT' &&
      cause.code !== 'OAUTH_RESPONSE_IS_NOT_CONFORM');
  if (isRefusal) return new ApiError('sign_in_failed', { cause });
  return new ApiError('unavailable', {
    message: 'The identity provider does not answer',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  });
}
