import type { EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import type { Account, Application } from '../core/oauth/records.ts';

export interface SpotifyApplication extends Application {
  /** In development mode only these accounts may use the application, at most five. */
  allowedAccounts: string[] | undefined;
  /** Applications of one developer share one quota while in development mode. */
  readonly developer: string;
}

export type SpotifyAuthorization = AuthorizationServer<SpotifyApplication, Account>;

export function createSpotifyAuthorization({ clock, log }: EmulatorContext): SpotifyAuthorization {
  return new AuthorizationServer({
    provider: 'spotify',
    clock,
    log,
    codeSeconds: 600,
    pkce: true,
    refreshLifeFromConsent: true,
  });
}
