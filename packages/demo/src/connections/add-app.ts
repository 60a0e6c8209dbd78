import type { Hookline } from '@hookline/client';
import type { EmulatorsClient } from './emulators-client.ts';
import type { PlatformApp } from './platform.ts';

export interface AddedApp {
  readonly appId: string;
  /** How long it took to enter the address for pushes at the provider. Undefined: the application has none. */
  readonly addressEnteredMs: number | undefined;
}

/**
 * Creates the OAuth application of a platform, which calls the emulated provider, and sets up its pushes.
 * @param parts.userId undefined: an application of the installation, for all tenants
 */
export async function addApp(
  { provider, clientId, clientSecret, appSettings, appPushes }: PlatformApp,
  parts: { hookline: Hookline; userId: string | undefined; emulators: EmulatorsClient },
): Promise<AddedApp> {
  const { hookline, userId, emulators } = parts;
  const app = await hookline.oauthApps.create({
    provider,
    clientId,
    clientSecret,
    ...(userId !== undefined && { userId }),
    settings: { ...appSettings, origins: { ...emulators.origins[provider] } },
  });
  if (appPushes === undefined) return { appId: app.id, addressEnteredMs: undefined };
  const startedAt = performance.now();
  const pushes = await hookline.oauthApps.setPushes(app.id, appPushes.settings, {
    query: { userId },
  });
  if (pushes.url === null) throw new Error(`${provider} has no address for pushes`);
  await appPushes.enterAddress(pushes.url);
  return { appId: app.id, addressEnteredMs: performance.now() - startedAt };
}
