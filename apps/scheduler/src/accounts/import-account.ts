import { ApiError } from '@hookline/contracts';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import type { ApiFetch } from '@hookline/outbound';
import type { CredentialKind } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { AppFacts } from '../facts/app-facts.ts';
import { pushesOf } from '../facts/fits-application.ts';
import type { OAuthConnectable } from '../facts/require-connectable.ts';
import { toSentence } from '../status/status-reasons.ts';
import { classifyFailure } from '../tokens/classify-failure.ts';
import { ExchangeError, type TokenAnswer, type TokenEndpoint } from '../tokens/token-endpoint.ts';
import { appMisconfigured } from './app-misconfigured.ts';
import { type AccountIdentity, findIdentity, IdentityError, isTokenOf } from './find-identity.ts';
import type { GrantedConnection, GrantStore } from './grant-store.ts';
import type { ImportedRefreshToken, ImportTurn, KeptImport, KeptImports } from './kept-imports.ts';

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

  /** The tokens of an import, or the connection that the same import has made already. */
  async function beginImport(account: ImportedAccount, kind: CredentialKind): Promise<Begun> {
    const { token, tenant, app, connectable } = account;
    if ('accessToken' in token) return { answer: ofAccessToken(kind, token.accessToken) };
    const { refreshToken } = token;
    const imported = { tenant, provider: connectable.id, app, kind, refreshToken };
    const turn = await keptImports.begin(imported);
    if ('made' in turn) return turn;
    let mayHaveHappened = turn.attemptedBefore;
    let goesOn = false;
    try {
      const earlier = await keptImports.find(imported);
      const newest = earlier?.answer.credentials[0]?.refreshToken;
      if (earlier !== undefined && (newest === undefined || !hasEnded(earlier.answer)))
        return { answer: earlier.answer, imported, kept: earlier };
      await keptImports.beginExchange(turn);
      mayHaveHappened = true;
      const answer = await exchange(account, kind, newest ?? refreshToken).catch(async (cause: unknown) => {
        if (!(cause instanceof ExchangeError)) throw cause;
        mayHaveHappened = turn.attemptedBefore || cause.failure.mayHaveHappened;
        const error = toImportError(cause, account, turn);
        if (error.code === 'grant_refused' && earlier !== undefined) await giveUp(earlier, undefined);
        throw error;
      });
      // A refresh token that stays valid is still the tenant's: the import can be made again, and another use goes on.
      const isUsedUp = answer.credentials.some((credential) => credential.refreshToken !== refreshToken);
      if (isUsedUp)
        return { answer, imported, kept: await keptImports.keep(imported, turn, answer, earlier) };
      goesOn = true;
      return { answer, imported, turn };
    } finally {
      if (!goesOn) await giveBack(turn, mayHaveHappened);
    }
  }

  async function exchange(
    { app, connectable }: ImportedAccount,
    kind: CredentialKind,
    refreshToken: string,
  ): Promise<TokenAnswer> {
    const answer = await endpoint.refresh({ app, oauth: connectable.oauth, kind, refreshToken });
    return {
      ...answer,
      credentials: answer.credentials.map((credential) => ({
        ...credential,
        refreshToken: credential.refreshToken ?? refreshToken,
      })),
    };
  }

  /** A turn that cannot be given back ends by itself. */
  const giveBack = (turn: ImportTurn, mayHaveHappened: boolean) =>
    keptImports
      .release(turn, mayHaveHappened)
      .catch((error: unknown) => logger.warn({ err: error }, 'an import was not given back'));

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
    const begun = await beginImport(account, kind);
    if ('made' in begun) return begun.made;
    const { answer, imported, kept, turn } = begun;
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
        ...(imported === undefined
          ? {}
          : {
              alongside: (transaction, connectionId) =>
                keptImports.end(transaction, imported, { connectionId, kept }),
            }),
      });
    } catch (cause) {
      if (imported === undefined || kept === undefined || !(cause instanceof ApiError)) throw cause;
      // The same import, made at the same time, has given the tokens to a connection.
      const made = cause.code === 'conflict' ? await keptImports.findMade(imported) : undefined;
      if (made !== undefined) return made;
      if (cause.code !== 'provider_unavailable') {
        await giveUp(kept, identity);
        throw cause;
      }
      throw new ApiError('provider_unavailable', {
        message: `${cause.message}. The refresh token is used up, and Hookline keeps the tokens that it gave for a day: repeat the same request, with the same refresh token, and it goes on from here`,
        cause,
      });
    } finally {
      if (turn !== undefined) await giveBack(turn, false);
    }
  };
}

/** What an import begins with. */
type Begun =
  | { readonly made: GrantedConnection }
  | {
      readonly answer: TokenAnswer;
      /** Undefined for an access token. */
      readonly imported?: ImportedRefreshToken;
      /** Where the tokens are kept, if the exchange used up the imported one. */
      readonly kept?: KeptImport;
      /** Of a refresh token that stays valid: nobody else imports it meanwhile. */
      readonly turn?: ImportTurn;
    };

function toImportError(
  cause: ExchangeError,
  { app, connectable }: ImportedAccount,
  { attemptedBefore }: ImportTurn,
): ApiError {
  const verdict = classifyFailure(cause.failure, connectable.oauth.refresh);
  if (verdict.kind === 'transient')
    return new ApiError('provider_unavailable', { message: toSentence(cause.message), cause });
  if (verdict.kind === 'app') return appMisconfigured({ appId: app.id, fault: cause.message }, cause);
  if (attemptedBefore)
    return new ApiError('grant_refused', {
      message: `${toSentence(cause.message)}. An earlier import of this refresh token was interrupted: the provider may have exchanged it then, and the tokens that it gave are lost. Connect the account by its consent page: create a link by POST /api/connections/links`,
      details: { reason: 'import_interrupted' },
      cause,
    });
  return new ApiError('grant_refused', {
    message: `${toSentence(cause.message)}. The refresh token must be of this OAuth application, and not used before`,
    cause,
  });
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
    if (cause.isTransient)
      throw new ApiError('provider_unavailable', {
        message: `The account could not be looked up: ${cause.message}`,
        cause,
      });
    throw new ApiError('grant_refused', { message: `The account was not found: ${cause.message}`, cause });
  }
}
