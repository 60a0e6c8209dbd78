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

/** With 64 KB of data, and 24 events for a schedule that makes up for missed times, a claim holds at most 31 MB. */
const MAX_CLAIMED = 20;

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
    // One by one: a schedule whose events cannot be stored holds up no other.
    const outcomes = await Promise.allSettled(claimed.map(publishTimes));
    const finished = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    if (finished.length > 0) await finishSchedules(database, leaseId, finished);
    logger.info(
      { schedules: finished.length, failed: claimed.length - finished.length },
      'schedules.published',
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      logger.error(
        { err: outcome.reason, scheduleId: claimed[index]?.id, retryInMs: leaseMs },
        'the events of a schedule could not be published; trying again',
      );
    }
    return claimed.length === MAX_CLAIMED;
  }

  async function publishTimes(schedule: ClaimedSchedule): Promise<FinishedSchedule> {
    const { times, next } = findDueTimes(schedule, schedule.dueAt, schedule.claimedAt);
    await publishEvents(times.map((time) => toDraft(schedule, time)));
    return { id: schedule.id, nextDueAt: next, lastDueAt: times.at(-1) };
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
  const facts = JSON.stringify({
    scheduleId: id,
    name,
    dueAt: time,
    delayedBySeconds: Math.max(0, Math.round((claimedAt.getTime() - time.getTime()) / 1000)),
    missedSince: dueAt < time ? dueAt : null,
  });
  return {
    tenant,
    provider: HOOKLINE_PROVIDER,
    type,
    source: `/schedule/${id}`,
    subject: name ?? undefined,
    timeMs: time.getTime(),
    dedupeKey: occurrence,
    payload: Buffer.from(`${facts.slice(0, -1)},"data":${data}}`),
    via: 'poll',
  };
}
