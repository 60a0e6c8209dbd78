import type { OAuthAppSettings } from '@hookline/db/scheduler';
import type { OAuthConnectable } from '../facts/require-connectable.ts';

/** What is known of an OAuth application and its connections. Counts are of the last seven days, or of now. */
export interface DoctorFacts {
  readonly connectable: OAuthConnectable;
  readonly app: {
    readonly settings: OAuthAppSettings;
    readonly redirectUrl: string;
    /** Why the provider refuses the application itself; null: it does not. */
    readonly fault: string | null;
  };
  readonly flows: {
    /** Flows that were started more than 15 minutes ago, and nobody has come back. */
    readonly abandoned: number;
    readonly completed: number;
    /** Whether the provider has said that it does not know the redirect address. */
    readonly failures: Readonly<Record<string, number>>;
  };
  readonly tokens: {
    readonly expiring: number;
    /** Of those, without a refresh token. */
    readonly withoutRefresh: number;
    readonly all: number;
    /** Of refresh tokens, in seconds from the consent and from the last refresh. */
    readonly refreshLives: readonly { readonly fromConsent: number; readonly fromRefresh: number }[];
  };
  /** The granted scopes and of how many connections they are; null: the provider did not tell. */
  readonly grants: readonly { readonly scopes: readonly string[] | null; readonly connections: number }[];
  /** How many tasks ended so the last time. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Why watches do not work. */
  readonly watchFaults: readonly {
    readonly code: string;
    readonly message: string;
    readonly watches: number;
  }[];
  readonly watches: number;
  /** How far the provider's clock is ahead of the database's, or why that is not known. */
  readonly clock: { readonly aheadSeconds: number } | { readonly error: string };
}

/** The result of one check. */
export interface DoctorCheck {
  readonly id: string;
  readonly status: 'ok' | 'warning' | 'problem' | 'unknown';
  /** What was found, in a plain sentence. */
  readonly text: string;
  /** What to do; null: nothing. */
  readonly advice: string | null;
}
