import { type ApiClient, createApiClient } from '@hookline/client';
import { startEmulators } from '@hookline/emulators';
import { connectHookline, hooklineHome } from '../connect-hookline.ts';
import { addApp } from './add-app.ts';
import { connectEmulators } from './emulators-client.ts';
import { prepareSandboxApps, SANDBOX_CLIENT_IDS } from './sandbox-apps.ts';

/** The tenant of the links that are printed. */
const USER_ID = 'sandbox';
const LINK_SECONDS = 604_800;
const PAGE = 100;

/**
 * `npm run demo -- sandbox`, and a part of `npm start` with HOOKLINE_SANDBOX=true: offers emulated providers as OAuth
 * applications of the installation, and prints a link for each platform, until it is stopped. The emulated providers
 * forget everything then; so the applications and the connections that were made by them are deleted.
 * @returns the exit code
 */
export async function runSandbox(say: (line: string) => void): Promise<number> {
  const stopped = waitForStop();
  const { gateway, operatorKey, release } = await connectHookline(hooklineHome(), say);
  const emulators = await startEmulators({ port: Number(process.env['HOOKLINE_SANDBOX_PORT'] || 0) });
  const api = createApiClient({ baseUrl: gateway, apiKey: operatorKey });
  try {
    // A sandbox that was killed has left them.
    await removeApps(api);
    const client = await connectEmulators(emulators.url);
    say(`Emulated providers: ${emulators.url} has a button for everything that can happen there.`);
    say(
      `Open one of these links in a browser to connect an account of the user "${USER_ID}". Each works once.`,
    );
    for (const app of await prepareSandboxApps(client)) {
      await addApp(app, { api, userId: undefined, emulators: client });
      const { provider, connectionSettings } = app;
      const { data: link } = await api.createConnectionLink({
        body: {
          provider,
          userId: USER_ID,
          expiresInSeconds: LINK_SECONDS,
          ...(connectionSettings && { settings: connectionSettings }),
        },
      });
      say(`  ${provider.padEnd(8)}${link.url}`);
    }
    await stopped;
    return 0;
  } finally {
    await removeApps(api).catch((error: unknown) => say(`The applications are left over: ${String(error)}`));
    await emulators.close();
    await release();
  }
}

/** Resolves with a signal, or with the end of stdin if the parent process wants it so. */
async function waitForStop(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    if (process.env['HOOKLINE_EXIT_WITH_STDIN'] === 'true')
      process.stdin.once('end', () => resolve()).resume();
  });
  // An open stdin would keep the process alive.
  process.stdin.destroy();
}

/** Deletes the sandbox's applications of the installation with their connections. */
async function removeApps(api: ApiClient): Promise<void> {
  for (const [provider, clientId] of Object.entries(SANDBOX_CLIENT_IDS)) {
    const { data: apps } = await api.listOAuthApps({ query: { provider, limit: PAGE } });
    for (const { id, userId, source } of apps.filter((app) => app.clientId === clientId)) {
      if (userId !== null || source !== 'api') continue;
      await removeConnections(api, provider, id);
      await api.deleteOAuthApp({ params: { id } });
    }
  }
}

async function removeConnections(api: ApiClient, provider: string, appId: string): Promise<void> {
  let cursor: string | undefined;
  do {
    const { data, page } = await api.listConnections({ query: { provider, limit: PAGE, cursor } });
    for (const { id } of data.filter((connection) => connection.appId === appId))
      await api.deleteConnection({ params: { id } });
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
