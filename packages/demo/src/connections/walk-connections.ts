import { createClient } from '@hookline/client';
import { addApp } from './add-app.ts';
import type { Row } from './cells.ts';
import { collectEvents } from './collect-events.ts';
import type { EmulatorsClient } from './emulators-client.ts';
import { preparePlatforms } from './prepare-platforms.ts';
import { walkPlatform } from './walk-platform.ts';

export interface WalkOptions {
  /** The address of the gateway. */
  readonly gateway: string;
  readonly operatorKey: string;
  readonly emulators: EmulatorsClient;
  /** A text that no other run has, for names. */
  readonly run: string;
}

export interface WalkResult {
  readonly rows: Row[];
  /** Repeated events, and signatures that are not valid. */
  readonly problems: string[];
}

/**
 * Walks all platforms at once: an OAuth application each, an account that is connected by its consent page, events by
 * push and by poll, a refresh, a renewal or a repair, and the end of the grant. Deletes what it has made.
 */
export async function walkConnections(options: WalkOptions): Promise<WalkResult> {
  const { gateway, operatorKey, emulators, run } = options;
  const hookline = createClient({ url: gateway, key: operatorKey });
  const userId = `demo-${run}`;
  const events = await collectEvents({ hookline, userId });
  const appIds: string[] = [];
  const connectionIds: string[] = [];

  try {
    const platforms = await preparePlatforms(emulators, run);
    const rows = await Promise.all(
      platforms.map(async (platform) => {
        const app = await addApp(platform, { hookline, userId, emulators });
        appIds.push(app.appId);
        const onConnected = (id: string) => connectionIds.push(id);
        return await walkPlatform(platform, { hookline, userId, events, ...app, onConnected });
      }),
    );
    return { rows, problems: events.problems() };
  } finally {
    await Promise.allSettled(connectionIds.map((id) => hookline.connections.delete(id, { userId })));
    await Promise.allSettled(appIds.map((id) => hookline.oauthApps.delete(id, { userId })));
    await events.close();
  }
}
