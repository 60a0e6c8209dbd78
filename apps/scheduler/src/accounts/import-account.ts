import { ApiError } from '@hookline/contracts';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import type { ApiFetch } from '@hookline/outbound';
import type { CredentialKind } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import { classifyFailure } from '../tokens/classify-failure.ts';
import { ExchangeError, type TokenAnswer, type TokenEndpoint } from '../tokens/token-endpoint.ts';
import { appMisconfigured } from './app-misconfigured.ts';
import { type AccountIdentity, findIdentity, IdentityError, isTokenOf } from './find-identity.ts';
import type { GrantedConnection, GrantStore } from './grant-store.ts';
import type { KeptImport, KeptImports } from './kept-imports.ts';

export interface ImportedAccount {
  tenant: string;
  app: AppFacts;
  connectable: OAuthConnectable;
  /** Which token it is. Default: the first kind that the service has. */
  kind: CredentialKind | undefined;
  /** One of the two. A refresh token is exchanged at once, which shows that it works. */
  token: { refreshToken: string } | { accessToken: string };
  scopes: readonly string[];
  settings: ConnectionSettings;
}

/**
 * Connects an account by a token that exists already.
 * @throws ApiError `grant_refused`, `app_misconfigured`, `provider_unavailable`, `account_mismatch`, `conflict`
 */
export type ImportAccount = (account: ImportedAccount) => Promise<GrantedConnection>;

export function createImportAccount(parts: {
  api: ApiFetch;
  endpoint: TokenEndpoint;
  grants: GrantStore;
  keptImports: KeptImports;
  logger: Logger;
}): ImportAccount {
  const { api, endpoint, grants, keptImports, logger } = parts;

  /** The tokens of an account, and if the exchange used up the imported one, where they are kept. */
  async function tokensOf(
    account: ImportedAccount,
    kind: CredentialKind,
  ): Promise<{ answer: TokenAnswer; kept: KeptImport | undefined }> {
    const { token, tenant, app, connectable } = account;
    if ('accessToken' in token) return { answer: ofAccessToken(kind, token.accessToken), kept: undefined };
    const { refreshToken } = token;
    const imported = { tenant, provider: connectable.id, app, kind, refreshToken };
    const earlier = await keptImports.find(imported);
    const newest = earlier?.answer.credentials[0]?.refreshToken;
    if (earlier !== undefined && (newest === undefined || !hasEnded(earlier.answer)))
      return { answer: earlier.answer, kept: earlier };
    const answer = await exchange(account, kind, newest ?? refreshToken, earlier);
    // A refresh token that stays valid is still the tenant's: the import can be made again, and another use goes on.
    const isUsedUp = answer.credentials.some((credential) => credential.refreshToken !== refreshToken);
    const kept = isUsedUp ? await keptImports.keep(imported, answer, earlier) : undefined;
    return { answer, kept };
  }

  async function exchange(
    { app, connectable }: ImportedAccount,
    kind: CredentialKind,
    refreshToken: string,
    earlier: KeptImport | undefined,
  ): Promise<TokenAnswer> {
    try {
      const answer = await endpoint.refresh({ app, oauth: connectable.oauth, kind, refreshToken });
      return {
        ...answer,
        credentials: answer.credentials.map((credential) => ({
          ...credential,
          refreshToken: credential.refreshToken ?? refreshToken,
        })),
      };
    } catch (cause) {
      if (!(cause instanceof ExchangeError)) throw cause;
      const verdict = classifyFailure(cause.failure, connectable.oauth.refresh);
      if (verdict.kind === 'transient' || cause.failure.isForeign)
        throw new ApiError('provider_unavailable', { message: sentence(cause.message), cause });
      if (verdict.kind === 'app') throw appMisconfigured({ appId: app.id, fault: cause.message }, cause);
      if (earlier !== undefined) await giveUp(earlier, undefined);
      throw new ApiError('grant_refused', {
        message: `${sentence(cause.message)}: it must be of this OAuth application, and not used before`,
        cause,
      });
    }
  }

  /** The worker of the revocations does it in a day if it fails here. */
  const giveUp = (kept: KeptImport, identity: AccountIdentity | undefined) =>
    keptImports
      .giveUp(kept.id, identity)
      .catch((error: unknown) => logger.warn({ err: error }, 'the grant of an import is not revoked yet'));

  /**
   * An application of the installation has accounts of several tenants, and receives pushes for all of them. A token of
   * another application shows nothing of what this one may see. An application of a tenant takes any access token.
   * @returns whether the provider has shown, with the secret of the application, that the token is of its client
   */
  async function proveClient({ token, app, connectable }: ImportedAccount): Promise<boolean> {
    // It is exchanged with the secret.
    if ('refreshToken' in token) return true;
    const { tokenOwner } = connectable.oauth;
    const isOfTenant = app.tenant !== undefined;
    const needsSecret = tokenOwner?.request.authorization === 'client';
    // A tenant may enter any client id: an answer without the secret would show nothing.
    if (isOfTenant && !needsSecret) return false;
    const advice =
      'Import a refresh token, connect the account by its consent page, or use an OAuth application of your own';
    if (tokenOwner === undefined) {
      if (pushesOf(connectable, app) === undefined) return false;
      throw new ApiError('grant_refused', {
        message: `${connectable.name} does not tell to which OAuth application an access token belongs, and this one is pushed the events of several tenants. ${advice}`,
      });
    }
    const isOwn = await asking(() => isTokenOf(api, connectable, app, tokenOwner, token.accessToken));
    if (!isOwn && !isOfTenant)
      throw new ApiError('grant_refused', {
        message: `The access token does not belong to this OAuth application, or is not valid. ${advice}`,
      });
    return isOwn && needsSecret;
  }

  async function identify(account: ImportedAccount, answer: TokenAnswer): Promise<AccountIdentity> {
    return await asking(() => findIdentity(api, account.connectable, account.app, answer.credentials));
  }

  return async (account) => {
    const { tenant, app, connectable, scopes, settings } = account;
    const kind = account.kind ?? connectable.oauth.credentials?.[0]?.kind ?? 'access';
    const isClientProven = await proveClient(account);
    const { answer, kept } = await tokensOf(account, kind);
    let identity: AccountIdentity | undefined;
    try {
      identity = await identify(account, answer);
      return await grants.store({
        tenant,
        app,
        connectable,
        connectionId: undefined,
        answer,
        identity,
        scopesRequested: scopes,
        settings,
        by: 'import',
        isClientProven,
        ...(kept === undefined ? {} : { alongside: (transaction) => keptImports.end(transaction, kept.id) }),
      });
    } catch (cause) {
      if (kept === undefined || !(cause instanceof ApiError)) throw cause;
      if (cause.code !== 'provider_unavailable') {
        await giveUp(kept, identity);
        throw cause;
      }
      throw new ApiError('provider_unavailable', {
        message: `${cause.message}. The refresh token is used up, and Hookline keeps the tokens that it gave for a day: repeat the same request, with the same refresh token, and it goes on from here`,
        cause,
      });
    }
  };
}

const ofAccessToken = (kind: CredentialKind, accessToken: string): TokenAnswer => ({
  askedAtMs: performance.now(),
  values: {},
  credentials: [
    {
      kind,
      accessToken,
      refreshToken: undefined,
      tokenType: 'Bearer',
      scopes: undefined,
      lifeSeconds: undefined,
      refreshLifeSeconds: undefined,
    },
  ],
});

/** Whether an access token has ended, as far as the provider told. */
const hasEnded = ({ askedAtMs, credentials }: TokenAnswer) =>
  credentials.some(
    ({ lifeSeconds }) => lifeSeconds !== undefined && performance.now() - askedAtMs >= lifeSeconds * 1000,
  );

async function asking<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof IdentityError)) throw cause;
    const code = cause.isTransient ? 'provider_unavailable' : 'grant_refused';
    throw new ApiError(code, { message: `The account was not found: ${cause.message}`, cause });
  }
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
