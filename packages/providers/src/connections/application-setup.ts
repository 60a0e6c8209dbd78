/**
 * How an OAuth application is set up at the provider, and by what its mistakes show. Each text is a plain sentence for
 * the person who set it up.
 */
export interface ApplicationSetup {
  /** Where the redirect address is registered. */
  readonly redirect: string;
  /** The provider refuses `localhost`, and wants an address such as 127.0.0.1 in its place. */
  readonly refusesLocalhost?: true;
  /** Where the client secret is. */
  readonly secret: string;
  /** What to do if there are access tokens that expire, and no refresh tokens. */
  readonly offlineAccess: string;
  /** Lives of refresh tokens that only occur with a setting of the application. */
  readonly refreshLives?: readonly RefreshLifeSign[];
  /** Outcomes of polls that show a limit of the application. */
  readonly limits?: readonly LimitSign[];
  /** What a value of a setting of the application means for its rate limits. '' is the missing value. */
  readonly rateClass?: {
    readonly setting: string;
    readonly values: Readonly<Record<string, { readonly text: string; readonly advice?: string }>>;
  };
}

export interface RefreshLifeSign {
  /** The id of the check. */
  readonly check: 'testing-mode' | 'pkce';
  readonly seconds: number;
  /** What it means, and what to do. */
  readonly text: string;
  readonly advice: string;
  /** If no refresh token has this life. */
  readonly absent: string;
}

export interface LimitSign {
  readonly check: 'development-mode' | 'access';
  /** Outcomes of tasks, such as `quota` and `no_access`. */
  readonly outcomes: readonly string[];
  readonly text: string;
  readonly advice: string;
  readonly absent: string;
}
