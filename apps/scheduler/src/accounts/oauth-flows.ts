import { createHash, randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { ApiError, oauthCallbackPath } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import type { ApiFetch } from '@hookline/outbound';
import { replaceOrigin } from '@hookline/providers';
import { type Cookie, cookieName, type Logger } from '@hookline/service';
import * as oauth from 'oauth4webapi';
import type { AppFacts } from '../facts/app-facts.ts';
import { installationPageOf } from '../facts/installation-page.ts';
import { connectableOf, type OAuthConnectable } from '../facts/require-connectable.ts';
import { findApp } from '../sql/find-app.ts';
import { insertFlow } from '../sql/insert-flow.ts';
import {
  endFlow,
  type Flow,
  findFlowMaker,
  lookAtFlow,
  noteFlowFailure,
  takeFlow,
} from '../sql/take-flow.ts';
import { classifyFailure } from '../tokens/classify-failure.ts';
import { ExchangeError, type TokenAnswer, type TokenEndpoint } from '../tokens/token-endpoint.ts';
import { FlowError, meaningOfCallbackError } from './callback-error.ts';
import { type AccountIdentity, findIdentity, hasInstallation, IdentityError } from './find-identity.ts';
import type { GrantRevocations } from './grant-revocations.ts';
import type { GrantedConnection, GrantStore } from './grant-store.ts';

export interface FlowStart {
  tenant: string;
  connectable: OAuthConnectable;
  app: AppFacts;
  scopes: readonly string[];
  userScopes: readonly string[];
  settings: ConnectionSettings;
  returnUrl: string | undefined;
  /** The connection that is connected again. */
  reconnected: { id: string; accountId: string; accountName: string | null } | undefined;
  /** GitHub App: the person chooses where it is installed. */
  isInstallation: boolean;
  /** The API key or the session that begins it, or that made the link by which it begins. */
  keyId: string;
}

export interface StartedFlow {
  /** Where the browser goes. */
  location: string;
  /** Binds the flow to the browser that began it. */
  cookie: Cookie;
}

export interface FinishedFlow {
  connection: GrantedConnection;
  returnUrl: string | undefined;
}

/** A flow that did not connect an account, and where to tell of it. */
export class FlowFailure extends Error {
  override readonly name = 'FlowFailure';
  readonly reason: FlowError;
  readonly returnUrl: string | undefined;

  constructor(reason: FlowError, returnUrl: string | undefined) {
    super(reason.message);
    this.reason = reason;
    this.returnUrl = returnUrl;
  }
}

/** The authorization code flow with a browser. */
export interface OAuthFlows {
  /** Where the provider sends the browser back to: an address of its own for each provider. */
  redirectUriOf(provider: string): string;
  /** The name of the cookie of a flow. */
  cookieNameOf(state: string): string;
  start(start: FlowStart): Promise<StartedFlow>;
  /** The API key or the session that began a flow. Undefined: there is no flow that still works. */
  findMaker(state: string): Promise<string | undefined>;
  /** Ends a flow whose API key or session has ended. */
  end(state: string): Promise<void>;
  /**
   * Ends a flow: exchanges the code, finds out whose account it is, and stores the grant.
   * @param cookie the value of the flow's cookie
   * @throws FlowFailure and nothing else
   */
  finish(callback: {
    provider: string;
    parameters: URLSearchParams;
    cookie: string | undefined;
  }): Promise<FinishedFlow>;
}

export const FLOW_SECONDS = 600;
const STATE_BYTES = 32;
const MAX_STATE_LENGTH = 100;

const hashOf = (text: string) => createHash('sha256').update(text).digest();
const verifierPlace = (stateHash: Buffer) => `oauth_flows|verifier|${stateHash.toString('hex')}`;

export function createOAuthFlows(parts: {
  database: Database;
  box: SecretBox;
  api: ApiFetch;
  endpoint: TokenEndpoint;
  grants: GrantStore;
  revocations: GrantRevocations;
  /** Origin at which browsers reach the gateway. */
  gatewayPublicUrl: string;
  onFailedFlow: (appId: string) => void;
  logger: Logger;
}): OAuthFlows {
  const { database, box, api, endpoint, grants, revocations, gatewayPublicUrl, onFailedFlow, logger } = parts;

  const redirectUriOf = (provider: string) => `${gatewayPublicUrl}${oauthCallbackPath(provider)}`;
  const cookieNameOf = (state: string) =>
    cookieName(`hookline-oauth-${hashOf(state).toString('hex').slice(0, 16)}`, gatewayPublicUrl);

  async function start(given: FlowStart): Promise<StartedFlow> {
    const { connectable, app, userScopes, reconnected } = given;
    const { oauth: specification, id: provider } = connectable;
    const { person } = specification;
    const scopes = person === undefined ? given.scopes : [...new Set([...given.scopes, person.scope])];
    const state = randomBytes(STATE_BYTES).toString('base64url');
    const cookie = randomBytes(STATE_BYTES).toString('base64url');
    const stateHash = hashOf(state);
    const installationPage = given.isInstallation ? installationPageOf(connectable, app) : undefined;
    const isInstallation = installationPage !== undefined;
    // GitHub starts the authorization itself after an installation, without a challenge.
    const verifier =
      specification.pkce === 'none' || isInstallation ? undefined : oauth.generateRandomCodeVerifier();
    const redirectUri = redirectUriOf(provider);
    await database.withTenant(given.tenant, (transaction) =>
      insertFlow(transaction, {
        stateHash,
        tenant: given.tenant,
        provider,
        appId: app.id,
        verifier: verifier === undefined ? null : box.seal(verifier, verifierPlace(stateHash)),
        browserHash: hashOf(cookie),
        redirectUri,
        returnUrl: given.returnUrl ?? null,
        connectionId: reconnected?.id ?? null,
        scopes,
        userScopes,
        settings: given.settings,
        origins: app.settings.origins ?? {},
        keyId: given.keyId,
        lifeSeconds: FLOW_SECONDS,
      }),
    );

    const { origins = {} } = app.settings;
    const location = new URL(installationPage ?? replaceOrigin(specification.authorizationUrl, origins));
    const parameters: Record<string, string> = isInstallation
      ? { state }
      : {
          ...specification.authorizationParameters,
          response_type: 'code',
          client_id: app.clientId,
          redirect_uri: redirectUri,
          state,
          ...(scopes.length === 0 ? {} : { scope: scopes.join(specification.scopeSeparator) }),
          ...(specification.userScopeParameter === undefined || userScopes.length === 0
            ? {}
            : { [specification.userScopeParameter]: userScopes.join(specification.scopeSeparator) }),
          ...(verifier === undefined
            ? {}
            : {
                code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
                code_challenge_method: 'S256',
              }),
          ...hintOf(connectable, reconnected),
        };
    for (const [name, value] of Object.entries(parameters)) location.searchParams.set(name, value);
    return {
      location: location.href,
      cookie: { name: cookieNameOf(state), value: cookie, maxAgeSeconds: FLOW_SECONDS },
    };
  }

  async function take(provider: string, state: string, cookie: string | undefined): Promise<Flow> {
    const stateHash = hashOf(state);
    const flow =
      cookie === undefined
        ? undefined
        : await takeFlow(database, { stateHash, browserHash: hashOf(cookie), provider });
    if (flow) return flow;
    const found = await lookAtFlow(database, stateHash);
    if (found?.hasEndedWithKey) throw new FlowError('link_ended');
    if (!found || found.isUsed) throw new FlowError('flow_unknown');
    if (found.isExpired) throw new FlowError('flow_expired');
    throw new FlowError(found.provider === provider ? 'browser_mismatch' : 'wrong_callback');
  }

  async function complete(
    flow: Flow,
    state: string,
    parameters: URLSearchParams,
  ): Promise<GrantedConnection> {
    const error = parameters.get('error');
    if (error !== null) throw new FlowError(meaningOfCallbackError(error));
    const connectable = connectableOf(flow.provider);
    const app = await findApp(database, box, flow.appId);
    if (!app) throw new FlowError('app_misconfigured');
    // A code, and the secret with it, goes only to where the person was asked.
    if (!isDeepStrictEqual(app.settings.origins ?? {}, flow.origins)) throw new FlowError('app_changed');
    const answer = await exchange(flow, app, connectable, state, parameters);
    let identity: AccountIdentity | undefined;
    try {
      identity = await identify(flow, connectable, app, answer);
      const values = {
        ...answer.values,
        ...identity.values,
        ...(await installationOf(connectable, app, answer, parameters)),
      };
      return await grants.store({
        tenant: flow.tenant,
        app,
        connectable,
        connectionId: flow.connectionId ?? undefined,
        answer,
        identity: { ...identity, values },
        scopesRequested: [...flow.scopes, ...flow.userScopes],
        settings: flow.settings,
        by: 'consent',
        isClientProven: true,
      });
    } catch (cause) {
      await leaveForRevocation(flow, answer, identity);
      if (cause instanceof ApiError && cause.code === 'account_mismatch')
        throw new FlowError('account_mismatch', { cause });
      if (cause instanceof ApiError && cause.code === 'not_found')
        throw new FlowError('connection_gone', { cause });
      if (cause instanceof ApiError && cause.code === 'conflict')
        throw new FlowError('app_changed', { cause });
      throw cause;
    }
  }

  /** The person gave a grant that no connection has. It ends at the provider, unless another connection shares it. */
  async function leaveForRevocation(
    flow: Flow,
    { credentials }: TokenAnswer,
    identity: AccountIdentity | undefined,
  ): Promise<void> {
    const { tenant, connectionId, provider, appId, origins } = flow;
    const accountId = identity?.id ?? null;
    const personId = identity?.person ?? null;
    await revocations
      .leave(
        { tenant, connectionId, reason: 'not_connected', provider, appId, origins, accountId, personId },
        credentials,
      )
      .catch((error: unknown) =>
        logger.error({ err: error, provider, appId }, 'a grant that connected nothing cannot be revoked'),
      );
  }

  async function exchange(
    flow: Flow,
    app: AppFacts,
    connectable: OAuthConnectable,
    state: string,
    parameters: URLSearchParams,
  ): Promise<TokenAnswer> {
    try {
      return await endpoint.exchangeCode({
        app,
        oauth: connectable.oauth,
        parameters,
        state,
        redirectUri: flow.redirectUri,
        verifier: flow.verifier === null ? undefined : box.open(flow.verifier, verifierPlace(hashOf(state))),
      });
    } catch (cause) {
      if (!(cause instanceof ExchangeError)) throw cause;
      logger.warn({ provider: flow.provider, appId: app.id, reason: cause.message }, 'connection.made: no');
      const { kind } = classifyFailure(cause.failure, connectable.oauth.refresh);
      // RFC 6749, 5.2: the application may not use this kind of grant. At a refresh Google means the refresh token by it.
      if (kind === 'app' || cause.failure.error === 'unauthorized_client')
        throw new FlowError('app_misconfigured', { cause });
      throw new FlowError(kind === 'transient' ? 'provider_unavailable' : 'exchange_failed', { cause });
    }
  }

  async function identify(
    flow: Flow,
    connectable: OAuthConnectable,
    app: AppFacts,
    answer: TokenAnswer,
  ): Promise<AccountIdentity> {
    try {
      return await findIdentity(api, connectable, app, answer.credentials);
    } catch (cause) {
      if (!(cause instanceof IdentityError)) throw cause;
      logger.warn({ provider: connectable.id, appId: app.id, reason: cause.message }, 'connection.made: no');
      if (cause.missing.length > 0) {
        // Of several that would do, the person was asked for this one.
        const asked = cause.missing.filter((scope) => flow.scopes.includes(scope));
        throw new FlowError('permission_missing', {
          cause,
          missing: asked.length > 0 ? asked : cause.missing,
        });
      }
      throw new FlowError(cause.isTransient ? 'provider_unavailable' : 'identity_failed', { cause });
    }
  }

  /** The value of the installation that the callback names, if the person has it. */
  async function installationOf(
    connectable: OAuthConnectable,
    app: AppFacts,
    { credentials }: TokenAnswer,
    parameters: URLSearchParams,
  ): Promise<Record<string, string>> {
    const { installation } = connectable.oauth;
    const id = installation && parameters.get(installation.parameter);
    const [credential] = credentials;
    if (!installation || !id || !credential) return {};
    try {
      if (await hasInstallation(api, connectable, app, installation, credential.accessToken, id))
        return { [installation.value]: id };
    } catch (cause) {
      if (!(cause instanceof IdentityError)) throw cause;
      throw new FlowError(cause.isTransient ? 'provider_unavailable' : 'identity_failed', { cause });
    }
    throw new FlowError('installation_mismatch');
  }

  return {
    redirectUriOf,
    cookieNameOf,
    start,
    findMaker: (state) => findFlowMaker(database, hashOf(state)),
    end: (state) => endFlow(database, hashOf(state)),
    async finish({ provider, parameters, cookie }) {
      const state = parameters.get('state') ?? '';
      let flow: Flow | undefined;
      try {
        if (state === '' || state.length > MAX_STATE_LENGTH) throw new FlowError('flow_unknown');
        flow = await take(provider, state, cookie);
        const connection = await complete(flow, state, parameters);
        return { connection, returnUrl: flow.returnUrl ?? undefined };
      } catch (error) {
        const reason = error instanceof FlowError ? error : new FlowError('internal', { cause: error });
        if (reason.code === 'internal') logger.error({ err: error, provider }, 'an OAuth flow failed');
        if (flow) {
          await noteFlowFailure(database, hashOf(state), reason.code).catch((cause: unknown) =>
            logger.warn({ err: cause }, 'the failure of a flow was not stored'),
          );
          onFailedFlow(flow.appId);
        }
        throw new FlowFailure(reason, flow?.returnUrl ?? undefined);
      }
    },
  };
}

/** Proposes the account of the connection that is connected again. */
function hintOf(
  { oauth: { accountHint } }: OAuthConnectable,
  reconnected: FlowStart['reconnected'],
): Record<string, string> {
  if (!accountHint || !reconnected) return {};
  const value = accountHint.from === 'id' ? reconnected.accountId : reconnected.accountName;
  return value === null ? {} : { [accountHint.parameter]: value };
}
