import type { Database } from '@hookline/db';
import { getConnectable } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { LeftRegistrations, Stopped } from '../accounts/left-registrations.ts';
import type { Journal } from '../journal/journal.ts';
import { ProviderRefusal } from '../polls/read-pages.ts';
import { isRefusal } from '../provider-api/answer-status.ts';
import {
  endWatch,
  forgetSource,
  listAbandonedWatches,
  listLeftSources,
  listLeftWatches,
  noteNotStopped,
} from '../sql/ended-watches.ts';
import type { WatchRow } from '../sql/watch-row.ts';
import { countSharedWatches } from '../sql/watch-rows.ts';
import { findSpecification } from './find-specification.ts';
import type { Registrar } from './registrar.ts';
import type { WatchRun } from './watch-run.ts';
import type { WatchSources } from './watch-source.ts';

/**
 * The watches that have ended here, and that their providers may still have. They are tried until the provider has them
 * no more, for a day: by the connection while it is there, and then by the revocation of its grant. Whatever a person has
 * to remove then is in the journey.
 */
export interface LeftWatches extends LeftRegistrations {
  /** Tries once to stop a watch whose end has begun. */
  stop(run: WatchRun): Promise<Stopped>;
  /** Removes the sources of watches that have ended, and gives up those that nobody tries any more. */
  sweep(): Promise<{ sources: number; givenUp: number }>;
}

/** For how long it is tried. */
const LEFT_SECONDS = 86_400;

export function createLeftWatches(options: {
  database: Database;
  registrar: Pick<Registrar, 'stop'>;
  sources: Pick<WatchSources, 'remove'>;
  journal: Journal;
  logger: Logger;
}): LeftWatches {
  const { database, registrar, sources, journal, logger } = options;

  async function stop(run: WatchRun): Promise<Stopped> {
    const { row, specification } = run;
    const isShared = specification.sharedByAccount === true && (await countSharedWatches(database, row)) > 0;
    if (row.registeredAt === null || isShared) {
      await endWatch(database, row);
      await removeSource(row);
      return { kind: 'stopped' };
    }
    try {
      await registrar.stop(run);
    } catch (error) {
      const stopped = await notStopped(run, error);
      await removeSource(row);
      return stopped;
    }
    if (await endWatch(database, row)) await record(row, 'stopped', 'stopped at the provider');
    await removeSource(row);
    return { kind: 'stopped' };
  }

  async function notStopped({ row, connection }: WatchRun, error: unknown): Promise<Stopped> {
    logger.warn({ err: error, watch: row.id, connection: connection.id }, 'watch.not_stopped');
    const message = error instanceof Error ? error.message : 'unknown';
    const kind = kindOf(error);
    if (kind === 'refused') {
      await leaveToPerson(row, message);
      return { kind: 'stopped' };
    }
    if (await noteNotStopped(database, row.id, message))
      await record(
        row,
        'not_stopped',
        `not stopped at the provider yet: ${message}. That is tried again for a day. Its pushes are refused from now on`,
      );
    return { kind, message };
  }

  async function leaveToPerson(row: WatchRow, why: string): Promise<void> {
    const message = `It could not be stopped at the provider: ${why.replace(/\.$/, '')}. ${remedyOf(row)}`;
    if (!(await endWatch(database, row, { reason: 'not_removed', message }))) return;
    logger.error(
      { watch: row.id, connection: row.connectionId, webhook: row.webhookId },
      'watch.not_removed',
    );
    await record(row, 'not_removed', message);
  }

  /** What fails here is removed by the sweep. */
  async function removeSource({ id, sourceId }: Pick<WatchRow, 'id' | 'sourceId'>): Promise<void> {
    if (sourceId === null) return;
    try {
      await sources.remove(sourceId);
      await forgetSource(database, id);
    } catch (error) {
      logger.warn({ err: error, watch: id, source: sourceId }, 'the source of a watch could not be removed');
    }
  }

  const record = (row: WatchRow, outcome: string, text: string) =>
    journal.record(database, {
      connectionId: row.connectionId,
      tenant: row.tenantId,
      kind: isOfResource(row) ? 'hook' : 'watch',
      outcome,
      text: `${row.watch} of ${row.resourceName ?? row.resource}: ${text}`,
      detail: { watch: row.watch, resource: row.resource, webhookId: row.webhookId },
    });

  return {
    stop,
    async stopAll(connection, app, signal, openToken) {
      let first: Stopped = { kind: 'stopped' };
      const left = await listLeftWatches(database, connection.id);
      const accessToken = left.length === 0 ? undefined : openToken?.();
      for (const row of left) {
        const known = findSpecification(row);
        if (known === undefined) {
          await leaveToPerson(row, 'this build does not know it');
          continue;
        }
        if (signal.aborted) return { kind: 'failed', message: 'there was no time for all of them' };
        const nowMs = () => Number.NaN;
        const run = { row, ...known, connection, app, accessToken, nowMs, signal };
        const stopped = await stop(run);
        if (stopped.kind === 'unauthorized') return stopped;
        if (stopped.kind === 'failed' && first.kind === 'stopped') first = stopped;
      }
      return first;
    },
    async giveUp(connectionId, why) {
      for (const row of await listLeftWatches(database, connectionId)) {
        if (row.registeredAt === null) await endWatch(database, row);
        else await leaveToPerson(row, why);
        await removeSource(row);
      }
    },
    async sweep() {
      const left = await listLeftSources(database);
      for (const each of left) await removeSource(each);
      const abandoned = await listAbandonedWatches(database, LEFT_SECONDS);
      for (const row of abandoned) await leaveToPerson(row, row.message ?? 'it was not tried for a day');
      return { sources: left.length, givenUp: abandoned.length };
    },
  };
}

const isOfResource = (row: WatchRow) => findSpecification(row)?.specification.resources !== undefined;

/** What a person has to do about a watch that is still at its provider. */
function remedyOf(row: WatchRow): string {
  if (row.expiresAt !== null) return `It ends by itself at ${row.expiresAt.toISOString()}`;
  const provider = getConnectable(row.platform)?.name ?? row.platform;
  const which =
    row.webhookId === null ? `the webhook with the address ${row.webhookUrl}` : `webhook ${row.webhookId}`;
  return `A person has to remove ${which} of ${row.resourceName ?? row.resource} at ${provider}`;
}

/** `refused`: another try cannot help. A proxy that refuses has no JSON in its answer. */
function kindOf(error: unknown): 'failed' | 'unauthorized' | 'refused' {
  if (!(error instanceof ProviderRefusal)) return 'failed';
  const { status, json, judged } = error.answer;
  if (judged.verdict === 'unauthorized') return 'unauthorized';
  return json !== undefined && isRefusal(status, judged) ? 'refused' : 'failed';
}
