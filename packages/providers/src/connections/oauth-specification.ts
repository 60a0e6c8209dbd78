import type { RequestTemplate } from './request-template.ts';

/** Which token of a connection: Slack has one of the bot and one of the person. */
export type CredentialKind = 'access' | 'bot' | 'user';

/** The authorization code grant (RFC 6749) of an application with a secret, and the provider's deviations from it. */
export interface OAuthSpecification {
  readonly authorizationUrl: string;
  /** Receives a form by POST, for a code and for a refresh token. */
  readonly tokenUrl: string;
  /** What `iss` of a callback must be, if the provider sends it. Default: the origin of `authorizationUrl`. */
  readonly issuer?: string;
  /** Headers in addition to the usual headers; names in lower case. */
  readonly tokenHeaders?: Readonly<Record<string, string>>;
  /** How to end a grant. Absent if a person must do it, in the provider's settings. */
  readonly revocation?: Revocation;
  /** The default scopes of a connection: sufficient for `polling` and `watch`. */
  readonly scopes: readonly string[];
  readonly scopeSeparator: ' ' | ',';
  /** The parameter of the scopes of the person, if `scopes` are those of a bot. */
  readonly userScopeParameter?: string;
  /** RFC 7636 with S256. Also `none` if only applications without a secret may use it. */
  readonly pkce: 'none' | 'supported' | 'required';
  /** Where a request for tokens carries the id and the secret of the application. */
  readonly clientAuthentication: 'basic' | 'body';
  /** Parameters of the authorization URL in addition to the parameters of RFC 6749. */
  readonly authorizationParameters?: Readonly<Record<string, string>>;
  /** The parameter of the authorization URL that proposes the account of a connection that is connected again. */
  readonly accountHint?: { readonly parameter: string; readonly from: 'id' | 'name' };
  /** The credentials in an answer with tokens, by pointers to the objects that have them. Default: one, the answer. */
  readonly credentials?: readonly { readonly kind: CredentialKind; readonly at: string }[];
  /** Values for the placeholders of later requests, by name, at these pointers into the answer to a code. */
  readonly answerValues?: Readonly<Record<string, string>>;
  /** How to find out whose tokens they are. The first entry whose kind of credential there is counts. */
  readonly identity: readonly IdentityRequest[];
  /**
   * How to find out to which application an access token belongs, for tokens that did not come from an exchange. Absent
   * if the provider does not tell.
   */
  readonly tokenOwner?: TokenOwnerRequest;
  /**
   * How to find out which person gave a grant, by an id that all services of the provider share: the ids of accounts
   * differ by service. Absent if a grant is for one service.
   */
  readonly person?: PersonRequest;
  /** GitHub App: a person chooses where it is installed, and the callback has the id of the installation. */
  readonly installation?: InstallationSpecification;
  /**
   * Whether access tokens expire. `opt-in`: only if the application is configured so. Otherwise the answer has neither
   * `expires_in` nor `refresh_token`, and no refresh is needed.
   */
  readonly expiry: 'always' | 'opt-in';
  /** Default lifetime of an access token that expires. `expires_in` of the answer takes precedence. */
  readonly accessTokenLifetimeSeconds: number;
  readonly refresh: {
    /**
     * Whether a refresh returns a new refresh token. `sometimes`: store the new token if the answer has one. With
     * `never` and `sometimes`, keep the old token if the answer has none.
     */
    readonly rotation: 'always' | 'sometimes' | 'never';
    /** How long a used refresh token stays valid, if that is known. 0: it becomes invalid immediately. */
    readonly graceSeconds?: number;
    /**
     * Present if the refresh token expires. From `consent`: a refresh does not prolong it. From `issue`: each new token
     * has the full lifetime. `refresh_token_expires_in` of the answer takes precedence.
     */
    readonly lifetime?: { readonly seconds: number; readonly countedFrom: 'consent' | 'issue' };
    /**
     * Codes at `/error` of the answer, whatever its status, after which a person must connect the account again, beside
     * `invalid_grant`.
     */
    readonly finalErrors: readonly string[];
    /** Codes at `/error` that are faults of the application's settings, beside `invalid_client`. */
    readonly appErrors?: readonly string[];
  };
  /** The applications of an installation that can be set by variables of the environment. */
  readonly environment: readonly EnvironmentApplication[];
}

export interface Revocation {
  /** Once for each kind of credential. */
  readonly request: RequestTemplate;
  /** Of the answer that says that it is done. */
  readonly status: 200 | 204;
  /**
   * What ends. `client`: all grants of the person to the same client id, also those of other services of the provider:
   * `person` says whose they are.
   */
  readonly ends: 'token' | 'grant' | 'client';
}

/** A request that tells whose token it is. Pointers are JSON pointers (RFC 6901) into the answer. */
export interface IdentityRequest {
  readonly kind: CredentialKind;
  readonly request: RequestTemplate;
  /** At least one of these scopes is needed, the one that asks for least first. Absent: none is. */
  readonly scopes?: readonly string[];
  /** The stable id of the account: these values together. */
  readonly id: readonly string[];
  readonly name?: string;
  /** A pointer to a value that only tokens of this kind have (`present`), or only tokens of other kinds (`absent`). */
  readonly kindShownBy?: { readonly at: string; readonly is: 'present' | 'absent' };
  /** Values for the placeholders of later requests, by name. A missing one is omitted. */
  readonly values?: Readonly<Record<string, string>>;
  /**
   * A header of the answer with the scopes of the token, separated by commas. It counts where an answer with tokens does
   * not tell them. An empty header: none is granted. No header: they are not known.
   */
  readonly scopesHeader?: string;
}

/** A request that tells to which application an access token belongs. It is refused if the token is of another one. */
export interface TokenOwnerRequest {
  readonly request: RequestTemplate;
  /** A JSON pointer to the client id of the application. */
  readonly clientId: string;
}

/** A request that tells which person gave a grant. */
export interface PersonRequest {
  readonly request: RequestTemplate;
  /** A JSON pointer to the id of the person. */
  readonly id: string;
  /** The answer has the id only with this scope, so each consent asks for it. */
  readonly scope: string;
}

export interface InstallationSpecification {
  /** `{slug}` is the name of the application. */
  readonly url: string;
  /** The parameter of the callback with the id of the installation. */
  readonly parameter: string;
  /** The name of the value in the settings of the connection. */
  readonly value: string;
  /** The installations that the person may see: an id in the callback may be forged. */
  readonly list: { readonly request: RequestTemplate; readonly items: string; readonly id: string };
}

/** An application is there if its id and its secret have values. */
export interface EnvironmentApplication {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Settings of the application. `{NAME}` is the value of a variable; without a value the setting is absent. */
  readonly settings?: Readonly<Record<string, string>>;
}
