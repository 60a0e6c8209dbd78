import { EMULATED_CLIENTS, startEmulators } from '@hookline/emulators';

/** Providers that a fuzz calls in place of the real ones. */
export interface EmulatedProviders {
  /** The addresses to call in place of GitHub's, by its origins. */
  readonly origins: Readonly<Record<string, string>>;
  /** A token of an account at the emulated GitHub. */
  readonly accessToken: string;
  close(): Promise<void>;
}

export async function startEmulatedProviders(): Promise<EmulatedProviders> {
  const emulators = await startEmulators();
  const { accessToken } = await emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: ['repo'],
  });
  return {
    origins: emulators.origins.github,
    accessToken,
    close: () => emulators.close(),
  };
}
