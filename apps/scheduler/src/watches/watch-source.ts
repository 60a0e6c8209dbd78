import { randomBytes } from 'node:crypto';
import { managedSourceOperations } from '@hookline/contracts';
import type { Database, SecretBox } from '@hookline/db';
import type { Connectable, WatchSpecification } from '@hookline/providers';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import type { InternalApi } from '../services/internal-api.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import { updateWatch } from '../sql/watch-rows.ts';
import { WatchEndedError } from './watch-run.ts';

const SECRET_BYTES = 32;
/** Binds a sealed secret to its watch. */
export const watchSecretPlace = (watchId: string) => `platform_webhooks|secret|${watchId}`;

/** The sources that receive what a watch's provider pushes, at ingest. */
export interface WatchSources {
  /**
   * Makes the source of a watch, or brings it up to date, and returns the watch with its address.
   * @param renewSecret whether the provider is told a new secret; the previous one stays valid until the next change
   * @throws WatchEndedError
   */
  ensure(
    row: WatchRow,
    connection: ConnectionFacts,
    specification: WatchSpecification,
    connectable: Connectable,
    renewSecret: boolean,
  ): Promise<{ row: WatchRow; secret: string }>;
  /** The source confirms no subscription any more, and would confirm its end. */
  closeHandshakes(row: WatchRow, connection: ConnectionFacts): Promise<void>;
  remove(sourceId: string): Promise<void>;
}

export function createWatchSources(parts: {
  database: Database;
  ingest: InternalApi;
  secretBox: SecretBox;
}): WatchSources {
  const { database, ingest, secretBox } = parts;

  function openSecret({ id, secretSealed }: WatchRow): string | undefined {
    if (secretSealed === null) return undefined;
    try {
      return secretBox.open(secretSealed, watchSecretPlace(id));
    } catch {
      // Sealed by a key that is not configured any more: a new secret takes its place.
      return undefined;
    }
  }

  const put = (row: WatchRow, connection: ConnectionFacts, more: object) =>
    ingest.call(managedSourceOperations.putManagedSource, {
      body: {
        key: row.id,
        managedBy: row.connectionId,
        userId: connection.tenant,
        provider: row.platform,
        ...more,
      },
    });

  async function removeSource(id: string): Promise<void> {
    await ingest.call(managedSourceOperations.deleteManagedSource, { params: { id } });
  }

  return {
    async ensure(row, connection, specification, connectable, renewSecret) {
      const known = openSecret(row);
      const secret = known === undefined || renewSecret ? randomBytes(SECRET_BYTES).toString('hex') : known;
      const { data } = await put(row, connection, {
        name: `${connectable.name} ${row.resourceName ?? row.resource}`.slice(0, 200),
        secret,
        ...(specification.sourceOptions && {
          options: fillOptions(specification.sourceOptions, connection.settings.values ?? {}),
        }),
      });
      const updated = await updateWatch(database, row.id, {
        sourceId: data.id,
        webhookUrl: data.url,
        ...(secret !== known && {
          secretSealed: secretBox.seal(secret, watchSecretPlace(row.id)),
          secretVersion: row.secretVersion + 1,
        }),
      });
      if (updated === undefined) {
        // Its end has removed the source before. A hub's question after the end needs the source that was there.
        if (specification.confirmedBy !== 'handshake' || data.id !== row.sourceId)
          await removeSource(data.id);
        throw new WatchEndedError();
      }
      return { row: updated, secret };
    },

    async closeHandshakes(row, connection) {
      await put(row, connection, { options: {} });
    },

    remove: removeSource,
  };
}

function fillOptions(
  templates: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(templates).map(([name, template]) => [
      name,
      template.replaceAll(/\{([A-Za-z]+)\}/g, (_, value: string) => values[value] ?? ''),
    ]),
  );
}
