import { DEFAULT_TENANT } from '@hookline/contracts';
import type { Transaction } from '@hookline/db';
import type { CredentialKind } from '@hookline/providers';
import { findAppOwner } from '../sql/find-app-owner.ts';
import type { LockedConnection } from '../sql/lock-connection.ts';
import { clearAppFault, markAppFaulty } from '../sql/mark-app-faulty.ts';
import { pauseForApp, resumeForApp } from '../sql/pause-for-app.ts';
import type { Announcer } from '../status/announcer.ts';
import { PAUSED_FOR_APP } from '../status/decide-status.ts';
import type { StatusChanges } from '../status/status-changes.ts';
import { STATUS_REASONS } from '../status/status-reasons.ts';

/**
 * Faults of applications: the provider refuses the client id or the secret. That is no fault of any connection: all of
 * them pause, with one event for all, until the application works again.
 */
export interface AppFaults {
  /** @param connection the one that noticed, locked; its token of this kind stays due and tries the application again */
  mark(
    transaction: Transaction,
    connection: LockedConnection,
    fault: string,
    kind: CredentialKind,
  ): Promise<void>;
  /** The application works: its connections continue, if it was faulty. */
  clear(transaction: Transaction, appId: string): Promise<void>;
}

export function createAppFaults(parts: {
  statusChanges: StatusChanges;
  announcer: Pick<Announcer, 'announce'>;
}): AppFaults {
  const { statusChanges, announcer } = parts;

  async function announce(
    transaction: Transaction,
    appId: string,
    type: 'connection.paused' | 'connection.recovered',
    connections: number,
  ): Promise<void> {
    const app = await findAppOwner(transaction, appId);
    if (!app) return;
    await announcer.announce(transaction, {
      tenant: app.tenantId ?? DEFAULT_TENANT,
      type,
      source: `/oauth-app/${appId}`,
      payload: {
        appId,
        provider: app.provider,
        connections,
        ...(type === 'connection.paused'
          ? { status: 'paused', reason: PAUSED_FOR_APP, message: STATUS_REASONS.app_misconfigured }
          : { status: 'connected', reason: null }),
      },
    });
  }

  return {
    async mark(transaction, connection, fault, kind) {
      const isFirst = await markAppFaulty(transaction, connection.appId, fault);
      await statusChanges.apply(transaction, connection, 'app_faulty');
      if (!isFirst) return;
      const paused = await pauseForApp(transaction, connection.appId, {
        connectionId: connection.id,
        kind,
      });
      await announce(transaction, connection.appId, 'connection.paused', paused + 1);
    },
    async clear(transaction, appId) {
      if (!(await clearAppFault(transaction, appId))) return;
      const resumed = await resumeForApp(transaction, appId);
      await announce(transaction, appId, 'connection.recovered', resumed);
    },
  };
}
