import { createHash, randomUUID } from 'node:crypto';
import { BoundedMap } from '../bounded.ts';
import type { CallLog } from '../call-log.ts';
import type { EmulatorClock } from '../clock.ts';
import type { ClientCredentials, Parameters } from '../parameters.ts';
import type {
  AccessToken,
  Account,
  Application,
  CodeRecord,
  Decision,
  Grant,
  PendingConsent,
  RefreshToken,
  TokenKind,
  TokenPair,
} from './records.ts';
import { Refusal } from './refusal.ts';

const MAX_APPLICATIONS = 1_000;
const MAX_ACCOUNTS = 100_000;
const MAX_PENDING = 10_000;
const MAX_TOKENS = 300_000;
/** For so long a refresh token that was used up is remembered when there are too many. */
const REMEMBERED_USED_MS = 86_400_000;
const MAX_GRANTS_OF_ACCOUNT = 500;
const CONSENT_MS = 600_000;
const MAX_SHOWN = 50;

export interface AuthorizationServerOptions {
  /** The name of the provider, as in `GET /_control/log`. */
  readonly provider: string;
  readonly clock: EmulatorClock;
  readonly log: CallLog;
  readonly codeSeconds: number;
  /** PKCE is checked; otherwise its parameters are ignored. */
  readonly pkce: boolean;
  /** The exchange of a code need not repeat the redirect address of the request. */
  readonly redirectUriOptionalAtExchange?: boolean;
  /** The lifetime of a refresh token begins at the consent, not at each exchange. */
  readonly refreshLifeFromConsent?: boolean;
  /** A refresh token ends if it is not used for that long. */
  readonly refreshIdleSeconds?: number;
  /** An access token without expiry ends if it is not used for that long. */
  readonly accessIdleSeconds?: number;
  /** An exchange ends the access token that was issued with the refresh token. */
  readonly refreshEndsAccess?: boolean;
  /** Parameters that are added to the address of the callback. */
  readonly callbackParameters?: (code: CodeRecord<Application>) => Record<string, string>;
}

export interface TokenPlan {
  readonly kind?: TokenKind;
  readonly scopes: readonly string[];
  /** Default: true if access tokens of the application expire. */
  readonly withRefresh?: boolean;
  /** Default: that of the application. */
  readonly refreshSeconds?: number | undefined;
}

/**
 * The authorization code flow and its tokens for one provider, with applications, accounts and grants. It knows no
 * wire format: the provider reads requests and words answers. Everything is kept in memory, within limits.
 */
export class AuthorizationServer<App extends Application, Person extends Account> {
  readonly applications = new BoundedMap<string, App>(MAX_APPLICATIONS);
  readonly accounts = new BoundedMap<string, Person>(MAX_ACCOUNTS);
  readonly options: AuthorizationServerOptions;
  /** Grants by the id of their account. */
  readonly #grants = new BoundedMap<string, Grant[]>(MAX_ACCOUNTS);
  readonly #pending = new BoundedMap<string, PendingConsent<App>>(MAX_PENDING);
  readonly #codes = new BoundedMap<string, CodeRecord<App>>(MAX_PENDING);
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #refreshTokens = new Map<string, RefreshToken>();
  /** Live tokens by the id of their grant. */
  readonly #tokensOfGrant = new BoundedMap<string, Set<AccessToken | RefreshToken>>(MAX_ACCOUNTS);
  #count = 0;

  constructor(options: AuthorizationServerOptions) {
    this.options = options;
  }

  nowMs(): number {
    return this.options.clock.nowMs();
  }

  /** @throws Refusal unknown_client, redirect_uri_mismatch (the person must not be sent to the callback) */
  begin(parameters: Parameters, scopes = this.splitScopes(parameters['scope'] ?? '')): PendingConsent<App> {
    const application = this.applications.get(parameters['client_id'] ?? '');
    if (application === undefined) throw new Refusal('unknown_client', 'client_id');
    const named = parameters['redirect_uri'];
    const redirectUri = named ?? application.redirectUris[0];
    if (redirectUri === undefined || !URL.canParse(redirectUri))
      throw new Refusal('redirect_uri_mismatch', 'missing');
    if (application.redirectUris.length > 0 && !application.redirectUris.includes(redirectUri)) {
      throw new Refusal('redirect_uri_mismatch', 'not registered');
    }
    const challenge = parameters['code_challenge'];
    const pending: PendingConsent<App> = {
      id: this.#secret('consent'),
      application,
      redirectUri,
      namedRedirectUri: named,
      state: parameters['state'],
      scopes,
      challenge:
        challenge !== undefined && this.options.pkce
          ? { value: challenge, method: parameters['code_challenge_method'] ?? 'plain' }
          : undefined,
      parameters,
      expiresAtMs: this.nowMs() + CONSENT_MS,
    };
    this.#pending.set(pending.id, pending);
    return pending;
  }

  splitScopes(text: string): string[] {
    // Providers accept commas and spaces alike when they read scopes.
    return [...new Set(text.split(/[\s,]+/).filter((scope) => scope !== ''))];
  }

  pending(id: string): PendingConsent<App> | undefined {
    const pending = this.#pending.get(id);
    return pending === undefined || pending.expiresAtMs <= this.nowMs() ? undefined : pending;
  }

  /** The person whom the request names, or the first one. */
  proposedAccount(pending: PendingConsent<App>): Person | undefined {
    const hint = pending.parameters['login_hint'] ?? pending.parameters['login'];
    const [first] = this.accounts.values();
    return (hint === undefined ? undefined : this.findAccount(hint)) ?? first;
  }

  findAccount(idOrName: string): Person | undefined {
    const byId = this.accounts.get(idOrName);
    if (byId !== undefined) return byId;
    for (const account of this.accounts.values()) if (account.name === idOrName) return account;
    return undefined;
  }

  /** @throws RangeError if there is no account with that id or name */
  accountNamed(idOrName: string): Person {
    const account = this.findAccount(idOrName);
    if (account === undefined) throw new RangeError(`There is no account "${idOrName}".`);
    return account;
  }

  /** @throws RangeError if there is no application with that client id */
  applicationNamed(clientId: string): App {
    const application = this.applications.get(clientId);
    if (application === undefined) throw new RangeError(`There is no application "${clientId}".`);
    return application;
  }

  /** The first 50 applications. */
  clientIds(): string[] {
    return [...this.applications.keys()].slice(0, MAX_SHOWN);
  }

  /** The first 50 accounts. */
  accountNames(): string[] {
    return [...this.accounts.values()].slice(0, MAX_SHOWN).map(({ name }) => name);
  }

  /** The id of the account of an access or refresh token, dead or alive. */
  accountOf(token: string | undefined): string | undefined {
    return (this.accessToken(token) ?? this.refreshToken(token))?.grant.accountId;
  }

  /**
   * The address that the browser is sent to: with a code, or with `error=access_denied`.
   * @throws Refusal invalid_request if the request has expired, was decided, or the account does not exist
   */
  decide(id: string, decision: Decision): string {
    const pending = this.pending(id);
    if (pending === undefined) throw new Refusal('invalid_request', 'the request for consent has expired');
    const account =
      decision.account === undefined ? this.proposedAccount(pending) : this.findAccount(decision.account);
    if (account === undefined) throw new Refusal('invalid_request', 'no such account');
    this.#pending.delete(id);
    if (!decision.approve) {
      return callbackAddress(pending, {
        error: 'access_denied',
        error_description: 'The user has denied your application access.',
      });
    }
    const kept = decision.scopes;
    const code: CodeRecord<App> = {
      pending,
      accountId: account.id,
      scopes: kept === undefined ? pending.scopes : pending.scopes.filter((scope) => kept.includes(scope)),
      expiresAtMs: this.nowMs() + this.options.codeSeconds * 1000,
      used: false,
    };
    const text = this.#secret('code');
    this.#codes.set(text, code);
    return callbackAddress(pending, { code: text, ...this.options.callbackParameters?.(code) });
  }

  /** @throws Refusal invalid_client */
  authenticate(credentials: ClientCredentials): App {
    const application = this.applications.get(credentials.clientId ?? '');
    if (application === undefined || application.clientSecret !== credentials.clientSecret) {
      throw new Refusal('invalid_client', application === undefined ? 'unknown client' : 'wrong secret');
    }
    return application;
  }

  /**
   * Each code works once.
   * @throws Refusal invalid_grant
   */
  takeCode(application: App, parameters: Parameters): CodeRecord<App> {
    const code = this.#codes.get(parameters['code'] ?? '');
    if (code === undefined || code.pending.application.clientId !== application.clientId) {
      throw new Refusal('invalid_grant', 'unknown');
    }
    if (code.used) throw new Refusal('invalid_grant', 'used');
    if (code.expiresAtMs <= this.nowMs()) throw new Refusal('invalid_grant', 'expired');
    const named = parameters['redirect_uri'];
    if (named !== undefined && named !== code.pending.redirectUri)
      throw new Refusal('redirect_uri_mismatch', 'differs');
    if (
      named === undefined &&
      code.pending.namedRedirectUri !== undefined &&
      !this.options.redirectUriOptionalAtExchange
    ) {
      throw new Refusal('redirect_uri_mismatch', 'missing');
    }
    const { challenge } = code.pending;
    if (
      challenge !== undefined &&
      challengeOf(parameters['code_verifier'] ?? '', challenge.method) !== challenge.value
    ) {
      throw new Refusal('invalid_grant', 'verifier');
    }
    code.used = true;
    return code;
  }

  addGrant(application: App, accountId: string, facts: Readonly<Record<string, string>> = {}): Grant {
    this.#count += 1;
    const grant: Grant = {
      id: `grant-${this.#count}`,
      clientId: application.clientId,
      accountId,
      consentAtMs: this.nowMs(),
      endedReason: undefined,
      facts,
    };
    const living = (this.#grants.get(accountId) ?? []).filter(isAlive);
    this.#grants.set(accountId, [...living, grant].slice(-MAX_GRANTS_OF_ACCOUNT));
    return grant;
  }

  issue(application: App, grant: Grant, plan: TokenPlan, generation = 1): TokenPair {
    const nowMs = this.nowMs();
    const kind = plan.kind ?? 'access';
    const seconds = application.accessTokenSeconds;
    const access: AccessToken = {
      text: this.#secret(kind === 'access' ? 'access' : `${kind}-access`),
      kind,
      grant,
      scopes: plan.scopes,
      issuedAtMs: nowMs,
      expiresAtMs: seconds === undefined ? undefined : nowMs + seconds * 1000,
      lastUsedAtMs: nowMs,
      endedReason: undefined,
    };
    this.#makeRoom(this.#accessTokens);
    this.#accessTokens.set(access.text, access);
    this.#own(grant, access);
    if (!(plan.withRefresh ?? seconds !== undefined)) return { access, refresh: undefined };
    const life = plan.refreshSeconds ?? application.refreshTokenSeconds;
    const from = this.options.refreshLifeFromConsent ? grant.consentAtMs : nowMs;
    const refresh: RefreshToken = {
      text: this.#secret(kind === 'access' ? 'refresh' : `${kind}-refresh`),
      kind,
      grant,
      scopes: plan.scopes,
      generation,
      expiresAtMs: life === undefined ? undefined : from + life * 1000,
      endedReason: undefined,
      lastUsedAtMs: nowMs,
      usedAtMs: undefined,
      successors: [],
      access,
    };
    this.#makeRoom(this.#refreshTokens);
    this.#refreshTokens.set(refresh.text, refresh);
    this.#own(grant, refresh);
    return { access, refresh };
  }

  /**
   * Exchanges a refresh token by the rotation of its application. `refresh` of the pair is the same token if it stays.
   * Every attempt is counted in the log.
   * @throws Refusal invalid_grant
   */
  refresh(application: App, text: string, scopes?: readonly string[]): TokenPair {
    const token = this.#refreshTokens.get(text);
    if (token === undefined || token.grant.clientId !== application.clientId)
      throw new Refusal('invalid_grant', 'unknown');
    const refusal = this.#judge(application, token);
    this.options.log.addExchange(
      text,
      {
        provider: this.options.provider,
        clientId: application.clientId,
        account: token.grant.accountId,
        kind: token.kind,
        generation: token.generation,
      },
      refusal ?? 'ok',
    );
    if (refusal !== undefined) throw new Refusal('invalid_grant', refusal);
    if (this.options.refreshEndsAccess && token.access !== undefined) this.#end(token.access, 'rotated');
    const plan = { kind: token.kind, scopes: scopes ?? token.scopes };
    token.lastUsedAtMs = this.nowMs();
    if (application.rotation.kind === 'none') {
      const { access } = this.issue(application, token.grant, { ...plan, withRefresh: false });
      token.access = access;
      return { access, refresh: token };
    }
    token.usedAtMs ??= this.nowMs();
    const pair = this.issue(application, token.grant, { ...plan, withRefresh: true }, token.generation + 1);
    token.successors.push(pair);
    return pair;
  }

  /** The reason for which the token is refused. */
  #judge(application: App, token: RefreshToken): string | undefined {
    const nowMs = this.nowMs();
    const death = this.whyDead(token);
    if (death !== undefined) return death;
    if (token.usedAtMs === undefined) return undefined;
    const { rotation } = application;
    if (rotation.kind === 'family-revocation') {
      this.endGrant(token.grant, 'reused');
      return 'used';
    }
    if (rotation.kind !== 'grace' || nowMs - token.usedAtMs > rotation.seconds * 1000) return 'used';
    if (rotation.secondAnswerEndsFirst) {
      for (const { access, refresh } of token.successors) {
        this.#end(access, 'replaced');
        if (refresh !== undefined) this.#end(refresh, 'replaced');
      }
    }
    return undefined;
  }

  /** The token if it is alive. That is a use of it. */
  findAccess(text: string | undefined): AccessToken | undefined {
    const token = this.#accessTokens.get(text ?? '');
    if (token === undefined || this.whyDead(token) !== undefined) return undefined;
    token.lastUsedAtMs = this.nowMs();
    return token;
  }

  /** The token, dead or alive. */
  accessToken(text: string | undefined): AccessToken | undefined {
    return this.#accessTokens.get(text ?? '');
  }

  refreshToken(text: string | undefined): RefreshToken | undefined {
    return this.#refreshTokens.get(text ?? '');
  }

  whyDead(token: AccessToken | RefreshToken): string | undefined {
    const ended = token.endedReason ?? token.grant.endedReason;
    if (ended !== undefined) return ended;
    const nowMs = this.nowMs();
    if (token.expiresAtMs !== undefined && token.expiresAtMs <= nowMs) return 'expired';
    const { refreshIdleSeconds, accessIdleSeconds } = this.options;
    const idleSeconds =
      'generation' in token
        ? refreshIdleSeconds
        : token.expiresAtMs === undefined
          ? accessIdleSeconds
          : undefined;
    return nowMs - token.lastUsedAtMs > (idleSeconds ?? Number.POSITIVE_INFINITY) * 1000
      ? 'unused'
      : undefined;
  }

  endToken(token: AccessToken | RefreshToken, reason: string): void {
    this.#end(token, reason);
  }

  endGrant(grant: Grant, reason: string): void {
    grant.endedReason ??= reason;
    for (const token of this.#tokensOfGrant.get(grant.id) ?? []) token.endedReason ??= reason;
    this.#tokensOfGrant.delete(grant.id);
  }

  /** The grants that are alive, oldest first. */
  grantsOf(clientId: string | undefined, accountId: string | undefined): Grant[] {
    const grants =
      accountId === undefined ? [...this.#grants.values()].flat() : (this.#grants.get(accountId) ?? []);
    return grants.filter(
      (grant) => isAlive(grant) && (clientId === undefined || grant.clientId === clientId),
    );
  }

  /** Tokens of a grant that are alive, oldest first. */
  tokensOf(grant: Grant): (AccessToken | RefreshToken)[] {
    return [...(this.#tokensOfGrant.get(grant.id) ?? [])].filter(
      (token) => this.whyDead(token) === undefined,
    );
  }

  /** Ends access tokens of that account at once, as after their lifetime. The number of tokens. */
  expireAccess(accountId: string | undefined, clientId: string | undefined): number {
    let count = 0;
    for (const grant of this.grantsOf(clientId, accountId)) {
      for (const token of this.tokensOf(grant)) {
        if ('generation' in token) continue;
        token.expiresAtMs = this.nowMs();
        count += 1;
      }
    }
    return count;
  }

  /** A full map forgets dead tokens, and if that is not enough the oldest ones. */
  #makeRoom(tokens: Map<string, AccessToken | RefreshToken>): void {
    if (tokens.size < MAX_TOKENS) return;
    const usedBefore = this.nowMs() - REMEMBERED_USED_MS;
    for (const [text, token] of tokens) {
      const usedUp = 'usedAtMs' in token && (token.usedAtMs ?? Number.POSITIVE_INFINITY) < usedBefore;
      if (usedUp || this.whyDead(token) !== undefined) tokens.delete(text);
    }
    for (const text of tokens.keys()) {
      if (tokens.size < MAX_TOKENS * 0.9) return;
      tokens.delete(text);
    }
  }

  #own(grant: Grant, token: AccessToken | RefreshToken): void {
    const tokens = this.#tokensOfGrant.get(grant.id) ?? new Set();
    // Dead tokens leave here, so that a grant that lives for years keeps a few.
    if (tokens.size >= 64) {
      for (const each of tokens) if (this.whyDead(each) !== undefined || isUsed(each)) tokens.delete(each);
    }
    tokens.add(token);
    this.#tokensOfGrant.set(grant.id, tokens);
  }

  #end(token: AccessToken | RefreshToken, reason: string): void {
    token.endedReason ??= reason;
    this.#tokensOfGrant.get(token.grant.id)?.delete(token);
  }

  /** `emulated-refresh-12-1f3a…`: plainly fake, and not to be guessed. */
  #secret(kind: string): string {
    this.#count += 1;
    return `emulated-${kind}-${this.#count}-${randomUUID().slice(-12)}`;
  }
}

function isAlive(grant: Grant): boolean {
  return grant.endedReason === undefined;
}

function isUsed(token: AccessToken | RefreshToken): boolean {
  return 'usedAtMs' in token && token.usedAtMs !== undefined;
}

function challengeOf(verifier: string, method: string): string {
  return method === 'S256' ? createHash('sha256').update(verifier).digest('base64url') : verifier;
}

function callbackAddress(
  pending: PendingConsent<Application>,
  parameters: Readonly<Record<string, string>>,
): string {
  const address = new URL(pending.redirectUri);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  if (pending.state !== undefined) address.searchParams.set('state', pending.state);
  return address.href;
}
