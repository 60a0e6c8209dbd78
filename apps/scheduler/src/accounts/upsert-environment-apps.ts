import { createHmac } from 'node:crypto';
import type { Database, SecretBox } from '@hookline/db';
import { clientSecretPlace } from '../facts/app-facts.ts';
import { retireEnvironmentApps } from '../sql/retire-environment-apps.ts';
import { upsertEnvironmentApp } from '../sql/upsert-environment-app.ts';
import type { AppFaults } from '../tokens/app-faults.ts';
import { type EnvironmentApps, environmentAppId } from './environment-apps.ts';

/** Stores the applications of the environment at the start, so that they are used like all others. */
export async function upsertEnvironmentApps(parts: {
  database: Database;
  box: SecretBox;
  appFaults: AppFaults;
  apps: EnvironmentApps;
  /** Makes the fingerprint of a secret worthless without the key. */
  fingerprintKey: string;
}): Promise<void> {
  const { database, box, appFaults, apps, fingerprintKey } = parts;
  const kept: string[] = [];
  for (const { provider, clientId, clientSecret, settings } of apps.values()) {
    const id = environmentAppId(provider, clientId);
    kept.push(id);
    const settingsText = JSON.stringify(settings);
    const isChanged = await upsertEnvironmentApp(database, {
      id,
      provider,
      clientId,
      clientSecret: box.seal(clientSecret, clientSecretPlace(id)),
      settings: settingsText,
      fingerprint: createHmac('sha256', fingerprintKey)
        .update(`${id}\n${clientSecret}\n${settingsText}`)
        .digest('base64url'),
    });
    // A new secret may be the right one.
    if (isChanged) await database.withSystem((transaction) => appFaults.clear(transaction, id));
  }
  await retireEnvironmentApps(database, kept);
}
