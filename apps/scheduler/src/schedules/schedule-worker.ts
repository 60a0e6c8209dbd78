import { randomUUID } from 'node:crypto';
import { HOOKLINE_PROVIDER } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import { createLoopWorker, type Logger, type Worker } from '@hookline/service';
import type { EventDraft, PublishEvents } from '../events/publish-events.ts';
import { type ClaimedSchedule, claimSchedules } from '../sql/claim-schedules.ts';
import { type FinishedSchedule, finishSchedules } from '../sql/finish-schedules.ts';
import { findDueTimes } from './due-times.ts';

export interface ScheduleWorkerOptions {
  database: Database;
  publishEvents: PublishEvents;
  logger: Logger;
  /** How often the worker looks for due schedules. Default 1 s. */
  pollIntervalMs?: number;
  /** How long a replica that died keeps its schedules from the others. Default 30 s. */
  leaseMs?: number;
}

/** With 24 events for each schedule that makes up for missed times, a claim publishes up to 2,400 events. */
const MAX_CLAIMED = 100;

/**
 * Publishes the events of schedules. Each due time has a dedupe key of its own, so that a replica that crashes after
 * publishing, or that continues after its lease, publishes nothing twice. The next due time is stored after the events.
 */
export function createScheduleWorker(options: ScheduleWorkerOptions): Worker {
  const { database, publishEvents, logger, pollIntervalMs = 1_000, leaseMs = 30_000 } = options;

  async function publishDue(): Promise<boolean> {
    const leaseId = randomUUID();
    const claimed = await claimSchedules(database, { leaseId, leaseMs, limit: MAX_CLAIMED });
    if (claimed.length === 0) return false;
    const drafts: EventDraft[] = [];
    const finished: FinishedSchedule[] = [];
    for (const schedule of claimed) {
      const { times, next } = findDueTimes(schedule, schedule.dueAt, schedule.claimedAt);
      for (const time of times) drafts.push(toDraft(schedule, time));
      finished.push({ id: schedule.id, nextDueAt: next, lastDueAt: times.at(-1) });
    }
    await publishEvents(drafts);
    await finishSchedules(database, leaseId, finished);
    logger.info({ schedules: claimed.length, events: drafts.length }, 'schedules.published');
    return claimed.length === MAX_CLAIMED;
  }

  return createLoopWorker({
    name: 'schedules',
    work: async () => ((await publishDue()) ? 0 : pollIntervalMs),
    onError: (error) =>
      logger.error({ err: error }, 'could not publish the events of due schedules; trying again'),
    pauseAfterErrorMs: pollIntervalMs,
  });
}

function toDraft(schedule: ClaimedSchedule, time: Date): EventDraft {
  const { id, tenant, name, type, data, dueAt, claimedAt } = schedule;
  const occurrence = `${id}:${time.toISOString()}`;
  const payload = {
    scheduleId: id,
    name,
    dueAt: time,
    delayedBySeconds: Math.max(0, Math.round((claimedAt.getTime() - time.getTime()) / 1000)),
    missedSince: dueAt < time ? dueAt : null,
    data,
  };
  return {
    tenant,
    provider: HOOKLINE_PROVIDER,
    type,
    source: `/schedule/${id}`,
    subject: name ?? undefined,
    timeMs: time.getTime(),
    dedupeKey: occurrence,
    payload: Buffer.from(JSON.stringify(payload)),
    via: 'poll',
  };
}
