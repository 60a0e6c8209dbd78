/** What a refresh token is worth after its use. */
export type Rotation =
  /** The refresh token stays. */
  | { readonly kind: 'none' }
  /** A new one; the old one is dead at once. */
  | { readonly kind: 'immediate' }
  /**
   * A new one; the old one can be used again for some seconds. With `secondAnswerEndsFirst` a second use ends the pair
   * of the first.
   */
  | { readonly kind: 'grace'; readonly seconds: number; readonly secondAnswerEndsFirst?: boolean }
  /** A new one; a second use of the old one ends all tokens of the grant. */
  | { readonly kind: 'family-revocation' };

export type TokenKind = 'access' | 'bot' | 'user';

/** An application that is registered at a provider. */
export interface Application {
  readonly clientId: string;
  clientSecret: string;
  readonly name: string;
  /** Empty: every address. */
  redirectUris: string[];
  rotation: Rotation;
  /** Undefined: access tokens do not expire and have no refresh token. */
  accessTokenSeconds: number | undefined;
  /** Life of refresh tokens. Undefined: unlimited. */
  refreshTokenSeconds: number | undefined;
  /** Approve every request at once, without a page. */
  autoApprove: boolean;
}

/** A person at a provider. */
export interface Account {
  /** The provider's id of it. */
  readonly id: string;
  /** The name that the consent page shows. */
  readonly name: string;
}

/** The consent of an account to an application. */
export interface Grant {
  readonly id: string;
  readonly clientId: string;
  readonly accountId: string;
  readonly consentAtMs: number;
  endedReason: string | undefined;
  /** Facts of the provider, such as the team of Slack. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface AccessToken {
  readonly text: string;
  readonly kind: TokenKind;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly issuedAtMs: number;
  /** Undefined: never. */
  expiresAtMs: number | undefined;
  lastUsedAtMs: number;
  endedReason: string | undefined;
}

export interface RefreshToken {
  readonly text: string;
  readonly kind: TokenKind;
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly generation: number;
  readonly expiresAtMs: number | undefined;
  endedReason: string | undefined;
  /** Of a token that stays after its use, too. */
  lastUsedAtMs: number;
  /** When it was used up. */
  usedAtMs: number | undefined;
  /** The pairs that its uses gave. */
  readonly successors: TokenPair[];
  /** The access token that was issued with it. */
  access: AccessToken | undefined;
}

export interface TokenPair {
  readonly access: AccessToken;
  readonly refresh: RefreshToken | undefined;
}

/** A request for consent that waits for the person. */
export interface PendingConsent<App extends Application> {
  readonly id: string;
  readonly application: App;
  readonly redirectUri: string;
  /** The `redirect_uri` of the request, undefined if it had none. */
  readonly namedRedirectUri: string | undefined;
  readonly state: string | undefined;
  readonly scopes: readonly string[];
  readonly challenge: { readonly value: string; readonly method: string } | undefined;
  /** All parameters of the request. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
}

/** What the person decided. */
export interface Decision {
  readonly approve: boolean;
  /** Default: the account of `login_hint` or `login`, otherwise the first one. */
  readonly account?: string;
  /** The scopes left ticked. Default: all. */
  readonly scopes?: readonly string[];
}

export interface CodeRecord<App extends Application> {
  readonly pending: PendingConsent<App>;
  readonly accountId: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number;
  used: boolean;
}
