import { createClient, type Hookline } from '@hookline/client';
import { startEmulators } from '@hookline/emulators';
import { connectHookline, hooklineHome } from '../connect-hookline.ts';
import { addApp } from './add-app.ts';
import { connectEmulators } from './emulators-client.ts';
import { prepareSandboxApps, SANDBOX_CLIENT_IDS } from './sandbox-apps.ts';

/** The tenant of the links that are printed. */
const USER_ID = 'sandbox';
const LINK_SECONDS = 604_800;

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
  const hookline = createClient({ url: gateway, key: operatorKey });
  try {
    // A sandbox that was killed has left them.
    await removeApps(hookline);
    const client = await connectEmulators(emulators.url);
    say(`Emulated providers: ${emulators.url} has a button for everything that can happen there.`);
    say(
      `Open one of these links in a browser to connect an account of the user "${USER_ID}". Each works once.`,
    );
    for (const app of await prepareSandboxApps(client)) {
      const { appId } = await addApp(app, { hookline, userId: undefined, emulators: client });
      const { provider, connectionSettings } = app;
      const link = await hookline.connections.createLink({
        provider,
        // The installation may have another application of the platform.
        appId,
        userId: USER_ID,
        expiresInSeconds: LINK_SECONDS,
        ...(connectionSettings && { settings: connectionSettings }),
      });
      say(`  ${provider.padEnd(8)}${link.url}`);
    }
    await stopped;
    return 0;
  } finally {
    await removeApps(hookline).catch((error: unknown) =>
      say(`The applications are left over: ${String(error)}`),
    );
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
async function removeApps(hookline: Hookline): Promise<void> {
  for (const [provider, clientId] of Object.entries(SANDBOX_CLIENT_IDS)) {
    for await (const app of hookline.oauthApps.list({ provider })) {
      if (app.clientId !== clientId || app.userId !== null || app.source !== 'api') continue;
      await removeConnections(hookline, provider, app.id);
      await hookline.oauthApps.delete(app.id);
    }
  }
}

async function removeConnections(hookline: Hookline, provider: string, appId: string): Promise<void> {
  for await (const connection of hookline.connections.list({ provider })) {
    if (connection.appId === appId) await hookline.connections.delete(connection.id);
  }
}
