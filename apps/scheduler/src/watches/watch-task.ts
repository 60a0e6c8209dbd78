import { countNouns } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { getConnectable } from '@hookline/providers';
import type { AppFacts } from '../facts/app-facts.ts';
import type { ConnectionFacts } from '../facts/connection-facts.ts';
import { watchesOf } from '../facts/fits-application.ts';
import type { Journal } from '../journal/journal.ts';
import { missingScope } from '../polls/missing-scope.ts';
import { findAnyWatch, storeLateRegistration } from '../sql/ended-watches.ts';
import { renameResource } from '../sql/rename-resource.ts';
import { findWatch, updateWatch } from '../sql/watch-rows.ts';
import {
  type ClaimedTask,
  type NextRun,
  PAUSED_FOR_SCOPE,
  type TaskKind,
  type TaskResult,
} from '../tasks/task.ts';
import { excused, rests } from '../tasks/task-results.ts';
import { dueNow } from '../tasks/tasks.ts';
import type { ConnectionRoutes } from './connection-routes.ts';
import { CONFIRM_WITHIN_MS, decideAction } from './decide-action.ts';
import type { LeftWatches } from './left-watches.ts';
import { isLasting, pauseAfterFailures, planAfterFailure } from './plan-after-failure.ts';
import type { PollTightening } from './poll-tightening.ts';
import { type Registered, type Registrar, WatchFaultError } from './registrar.ts';
import type { WatchAnnouncements } from './watch-announcements.ts';
import { nameOfWatch, WatchEndedError, type WatchRun } from './watch-run.ts';
import type { WatchSources } from './watch-source.ts';

export interface WatchTaskOptions {
  database: Database;
  findConnection: (id: string) => Promise<ConnectionFacts | undefined>;
  findApp: (id: string) => Promise<AppFacts | undefined>;
  registrar: Registrar;
  sources: Pick<WatchSources, 'remove'>;
  left: Pick<LeftWatches, 'stop'>;
  /** The first push comes at once, and must find the connection. */
  routes: Pick<ConnectionRoutes, 'storeOwn'>;
  tightening: PollTightening;
  announcements: WatchAnnouncements;
  journal: Journal;
  /** false: WEBHOOK_REGISTRATION is off. */
  isOn: boolean;
}

/** The next run finds the watch gone, or another one of the same resource that has been made meanwhile. */
const ENDED: TaskResult = { outcome: 'gone', ended: 'excused', next: { at: 'soon', afterSeconds: 1 } };
/** After so many failures in a row the tenant is told, and polls run more often. */
const ALERT_AFTER_FAILURES = 2;

/**
 * Keeps one watch alive: makes it, sees that it is confirmed, renews or checks it every day, and repairs it.
 *
 * A watch is *pending* from its registration until something shows that pushes arrive, *verified* afterwards, and
 * *unverified* if nothing came within a minute. It is *failing* while it cannot be made or has ended. A renewal that fails
 * leaves it verified until it ends.
 */
export function createWatchKind(options: WatchTaskOptions): TaskKind {
  const { database, registrar, journal, tightening } = options;

  async function run(task: ClaimedTask, signal: AbortSignal): Promise<TaskResult> {
    if (!options.isOn) return excused('registration_off');
    const [connection, app] = await Promise.all([
      options.findConnection(task.connectionId),
      options.findApp(task.appId),
    ]);
    const connectable = connection && getConnectable(connection.provider);
    const specification =
      connectable && app && watchesOf(connectable, app).find(({ id }) => id === task.name);
    if (!connection || !app || !connectable || !specification) return rests('no_connection');
    const row = await findWatch(database, connection.id, task.name, task.resource);
    if (row === undefined) return rests('gone');
    // The token of another connection of the tenant maintains it.
    if (row.connectionId !== connection.id) return excused('maintained_by_another');
    const watch: WatchRun = {
      row,
      specification,
      connectable,
      connection,
      app,
      nowMs: task.nowMs,
      signal,
    };
    const scope = missingScope(specification.scopes, connection.scopesGranted);
    if (scope !== undefined) {
      const message = `It cannot be made, because the person has not granted ${scope}.`;
      await updateWatch(database, row.id, { status: 'failing', reason: PAUSED_FOR_SCOPE, message });
      await record(watch, PAUSED_FOR_SCOPE, message);
      return rests(PAUSED_FOR_SCOPE);
    }
    try {
      return await act(watch);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof WatchEndedError) return ENDED;
      return await afterFailure(watch, error);
    }
  }

  async function act(watch: WatchRun): Promise<TaskResult> {
    const decided = decideAction(watch.row, watch.specification, watch.nowMs());
    switch (decided.action) {
      case 'register':
        return await register(watch);
      case 'renew':
        return await renew(watch);
      case 'check':
        return await check(watch);
      case 'give-up-waiting':
        return await giveUpWaiting(watch);
      case 'wait':
        return { outcome: 'waits', ended: 'succeeded', next: { at: 'soon', afterSeconds: decided.seconds } };
      case 'nothing':
        return excused('nothing');
    }
  }

  async function register(watch: WatchRun): Promise<TaskResult> {
    await registerAnew(watch, false);
    await record(watch, 'registered', 'registered at the provider');
    return afterRegistration(watch);
  }

  async function renew(watch: WatchRun): Promise<TaskResult> {
    await registerAndStore(watch, false, isUnconfirmed(watch));
    if (isUnconfirmed(watch)) {
      const { next, pause } = againAfter(watch.row.failures + 1);
      await record(
        watch,
        'asked_again',
        `asked for again. Unless something confirms it, it is asked for again in ${pause}`,
      );
      return { outcome: 'asked_again', ended: 'succeeded', next };
    }
    await record(watch, 'renewed', 'renewed');
    return { outcome: 'renewed', ended: 'succeeded', next: { at: 'grid' } };
  }

  /** The provider may confirm the watch before it has answered: it is pending before it is asked for. */
  async function registerAnew(watch: WatchRun, renewSecret: boolean): Promise<void> {
    const { row, specification } = watch;
    const status = specification.confirmedBy === 'none' ? 'verified' : 'pending';
    const begun = await updateWatch(database, row.id, { status, now: ['registeredAt'] });
    if (begun === undefined) throw new WatchEndedError();
    if (specification.receiver === 'application') await options.routes.storeOwn(watch.connection, watch.app);
    try {
      await registerAndStore(watch, renewSecret, false);
    } catch (error) {
      await updateWatch(database, row.id, { status: row.status, registeredAt: row.registeredAt });
      throw error;
    }
  }

  /**
   * @param isAgain whether its fault stays until something confirms the watch
   * @throws WatchEndedError; what `Registrar.register` throws
   */
  async function registerAndStore(watch: WatchRun, renewSecret: boolean, isAgain: boolean): Promise<void> {
    let registered: Registered | undefined;
    try {
      registered = await registrar.register(watch, renewSecret);
      if (await store(watch, registered, isAgain)) return;
    } catch (error) {
      if (error instanceof WatchEndedError || !(await hasEnded(watch))) throw error;
    }
    await takeBack(watch, registered?.webhookId ?? null);
    throw new WatchEndedError();
  }

  async function hasEnded({ row }: WatchRun): Promise<boolean> {
    const now = await findAnyWatch(database, row.id);
    return now === undefined || now.deletedAt !== null || now.status === 'stopping';
  }

  /** The end of the watch has begun while it was registered: what stopped it did not know of this registration. */
  async function takeBack(watch: WatchRun, webhookId: string | null): Promise<void> {
    const row = await storeLateRegistration(database, watch.row.id, webhookId);
    if (row !== undefined) await options.left.stop({ ...watch, row });
  }

  /** @returns false if the end of the watch has begun */
  async function store(watch: WatchRun, registered: Registered, isAgain: boolean): Promise<boolean> {
    const { row } = watch;
    const { webhookId, webhookUrl, events, expiresAtMs } = registered;
    const stored = await updateWatch(database, row.id, {
      webhookId,
      webhookUrl,
      events,
      // A hub answers before it has decided.
      ...(watch.specification.confirmedBy !== 'handshake' && { active: true }),
      ...(isAgain ? { failures: row.failures + 1 } : { failures: 0, reason: null, message: null }),
      ...(expiresAtMs !== undefined && { expiresAt: new Date(expiresAtMs) }),
      now: ['lastCheckedAt'],
    });
    if (stored === undefined) return false;
    if (row.failures > 0 && !isAgain) await tightening.restore(watch);
    return true;
  }

  function afterRegistration({ specification }: WatchRun): TaskResult {
    if (specification.confirmedBy === 'none')
      return { outcome: 'registered', ended: 'succeeded', next: { at: 'grid' } };
    return {
      outcome: 'registered',
      ended: 'succeeded',
      next: { at: 'soon', afterSeconds: CONFIRM_WITHIN_MS / 1_000 },
    };
  }

  async function check(watch: WatchRun): Promise<TaskResult> {
    const { row } = watch;
    const checked = await registrar.check(watch);
    const name = checked.state === 'gone' ? undefined : await registrar.readName(watch);
    if (checked.state === 'gone' || name === undefined) return await forget(watch);
    const named = await follow(watch, name);
    if (checked.state !== 'right') return await repair(named, checked.state);
    const { lastFault, lastArrived } = checked;
    if (lastFault !== undefined) await compareLog(named);
    if (row.status === 'unverified' && !lastArrived) {
      await updateWatch(database, row.id, { failures: row.failures + 1, now: ['lastCheckedAt'] });
      return { outcome: 'not_confirmed', ended: 'succeeded', next: againAfter(row.failures + 1).next };
    }
    // One that was without a permission for a while is there all the same.
    const isRight = lastArrived || row.status === 'verified' || row.verifiedAt !== null;
    const isNew = lastArrived && row.status !== 'verified';
    await updateWatch(database, row.id, {
      status: isRight ? 'verified' : 'unverified',
      active: true,
      failures: 0,
      reason: lastFault?.code ?? null,
      message: lastFault?.message ?? null,
      now: isNew ? ['lastCheckedAt', 'verifiedAt'] : ['lastCheckedAt'],
    });
    if (row.failures > 0) await tightening.restore(watch);
    if (isNew) await record(named, 'verified', 'the provider says that its last push arrived');
    if (lastFault !== undefined && lastFault.code !== row.reason)
      await record(named, lastFault.code, lastFault.message);
    return { outcome: 'right', ended: 'succeeded', next: { at: 'grid' } };
  }

  /** What the watch did not bring may be in no list that is polled. */
  async function compareLog({ row, specification, connection }: WatchRun): Promise<void> {
    if (specification.deliveries === undefined) return;
    await dueNow(database, connection.id, 'reconcile', { name: row.watch, resource: row.resource });
  }

  /** The watch, by the name that its resource has now. */
  async function follow(watch: WatchRun, name: string): Promise<WatchRun> {
    const { row, connection } = watch;
    if (row.resourceName === null || name === row.resourceName) return watch;
    if (await renameResource(database, connection.id, { id: row.resource, from: row.resourceName, to: name }))
      await record(watch, 'moved', `moved with its resource, which is called ${name} now`, { name });
    return { ...watch, row: { ...row, resourceName: name } };
  }

  async function repair(watch: WatchRun, state: 'removed' | 'changed'): Promise<TaskResult> {
    await registerAnew(watch, true);
    const what = state === 'removed' ? 'Somebody removed the hook' : 'Somebody changed the hook';
    const message = `${what} of ${watch.row.resourceName ?? watch.row.resource}; it is registered again.`;
    await record(watch, 'repaired', message, { state });
    const occasion = String(watch.row.secretVersion);
    await options.announcements.announce(
      watch,
      'connection.hook_repaired',
      occasion,
      `hook_${state}`,
      message,
    );
    return afterRegistration(watch);
  }

  /** The resource does not exist any more, or the account cannot see it. */
  async function forget(watch: WatchRun): Promise<TaskResult> {
    const { row } = watch;
    const ended = await updateWatch(database, row.id, { active: false, now: ['deletedAt'] });
    if (ended === undefined) throw new WatchEndedError();
    await record(watch, 'gone', 'ended, because its resource does not exist any more');
    if (row.sourceId !== null) await options.sources.remove(row.sourceId);
    return rests('gone');
  }

  async function giveUpWaiting(watch: WatchRun): Promise<TaskResult> {
    const { row, specification } = watch;
    const checked = specification.check === undefined ? undefined : await registrar.check(watch);
    const told = checked?.state === 'right' ? checked.lastFault?.message : undefined;
    const message = [
      `Nothing arrived within ${CONFIRM_WITHIN_MS / 1_000} seconds.`,
      told,
      specification.unconfirmed,
    ]
      .filter((text) => text !== undefined)
      .join(' ');
    const failures = row.failures + 1;
    const { next, pause } = againAfter(failures);
    await updateWatch(database, row.id, {
      status: 'unverified',
      reason: 'not_confirmed',
      message,
      failures,
      ...(specification.confirmedBy === 'handshake' && { active: false }),
    });
    await tightening.tighten(watch);
    const what = specification.check === undefined ? 'asked for again' : 'checked';
    await record(watch, 'not_confirmed', `${message} It is ${what} in ${pause}.`);
    return { outcome: 'not_confirmed', ended: 'succeeded', next };
  }

  async function afterFailure(watch: WatchRun, error: unknown): Promise<TaskResult> {
    const { row } = watch;
    const code = codeOf(error);
    const plan = planAfterFailure(code, row.failures + 1);
    if (plan.ended === 'excused') return { outcome: code, ...plan };
    const message = error instanceof Error ? error.message : 'unknown';
    const failures = row.failures + 1;
    const isAlive = row.registeredAt !== null && (row.expiresAt?.getTime() ?? Infinity) > watch.nowMs();
    const noted = await updateWatch(database, row.id, {
      failures,
      reason: code,
      message,
      ...(isAlive ? {} : { status: 'failing', active: false }),
    });
    if (noted === undefined) return ENDED;
    const what = row.registeredAt === null ? 'not registered' : 'not renewed';
    await record(watch, code, `${what}: ${message}`, { failures });
    if (failures >= ALERT_AFTER_FAILURES || isLasting(code)) await alert(watch, failures, code, message);
    return { outcome: code, error: message, ...plan };
  }

  /** Polls find what the watch does not bring, and the tenant is told once. */
  async function alert(watch: WatchRun, failures: number, code: string, message: string): Promise<void> {
    const { row } = watch;
    await tightening.tighten(watch);
    // A fault that lasts is not tried a second time before the next day.
    const alertAt = isLasting(code) ? 1 : ALERT_AFTER_FAILURES;
    if (row.registeredAt === null || failures !== alertAt) return;
    const occasion = String(row.registeredAt.getTime() + (row.expiresAt?.getTime() ?? 0));
    await options.announcements.announce(
      watch,
      'connection.watch_renewal_failed',
      occasion,
      code,
      `${nameOfWatch(watch)} could not be renewed: ${message}`,
    );
  }

  const record = (watch: WatchRun, outcome: string, text: string, detail: Record<string, unknown> = {}) =>
    journal.record(database, {
      connectionId: watch.connection.id,
      tenant: watch.connection.tenant,
      kind: watch.specification.resources === undefined ? 'watch' : 'hook',
      outcome,
      text: `${nameOfWatch(watch)}: ${text}`,
      detail: { watch: watch.specification.id, resource: watch.row.resource, ...detail },
    });

  return { kind: 'watch', run };
}

/** Nothing has confirmed it, or the hub has ended it. It stays so while it is asked for again. */
const isUnconfirmed = ({ row, specification }: WatchRun): boolean =>
  row.status === 'unverified' || (row.status === 'failing' && specification.confirmedBy === 'handshake');

/** When a watch is looked at again that nothing has confirmed, so many times in a row. */
function againAfter(failures: number): { next: NextRun; pause: string } {
  const afterSeconds = pauseAfterFailures(failures);
  return { next: { at: 'soon', afterSeconds }, pause: countNouns(afterSeconds / 60, 'minute') };
}

function codeOf(error: unknown): string {
  if (error instanceof WatchFaultError) return error.code;
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && /^[a-z_]{1,50}$/.test(code) ? code : 'provider_unreachable';
}
