import {
  ApiError,
  HOOKLINE_EVENT_TYPES,
  HOOKLINE_PROVIDER,
  operations,
  type Statistics,
  tenantToRead,
} from '@hookline/contracts';
import { planByKey } from '@hookline/db';
import { endpoints, events } from '@hookline/db/delivery';
import { nameEvent } from '@hookline/providers';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { durationsOf } from '../../operations/statistics/percentiles.ts';
import {
  type Counts,
  readStatistics,
  type StatisticsRead,
  sumOf,
  type TypeCounts,
} from '../../operations/statistics/read-statistics.ts';
import type { RouteContext } from '../context.ts';
import { listDeliveriesPage } from '../deliveries/list-deliveries-page.ts';
import { mountTestWebhook } from './mount-test-webhook.ts';

const RECENT_DELIVERIES = 10;

/** What became of events and deliveries, from what is counted as it happens: never by reading them. */
export function mountStatisticsRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database } = context;
  mountTestWebhook(app, context, authenticate);

  mountOperation(app, operations.getStatistics, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const read = await database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      return readStatistics(tx, { tenant, hours: query.hours, openEvents: true, durations: true });
    });
    return { data: toStatistics(read) };
  });

  mountOperation(app, operations.getEndpointStats, authenticate, async ({ principal, params, query }) => {
    const { found, read } = await database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const [endpoint] = await tx
        .select({ id: endpoints.id, tenantId: endpoints.tenantId })
        .from(endpoints)
        .where(and(eq(endpoints.id, params.id), isNull(endpoints.deletedAt)));
      if (!endpoint) throw new ApiError('not_found', { message: 'There is no such endpoint' });
      await planByKey(tx);
      return {
        found: endpoint,
        read: await readStatistics(tx, {
          tenant: endpoint.tenantId,
          endpointId: endpoint.id,
          hours: query.hours,
          retrying: true,
          durations: true,
        }),
      };
    });
    const { total } = read;
    // What has waited for longer than statistics are kept is in none of the other numbers.
    const retrying = Math.min(read.retrying, openOf(total));
    const recent = await listDeliveriesPage(context, {
      counts: false,
      tenant: found.tenantId,
      webhookId: found.id,
      limit: RECENT_DELIVERIES,
    });
    const durations = durationsOf(read.durations, total.durationMs, total.attempts);
    return {
      data: {
        webhookId: found.id,
        hours: query.hours,
        total: total.matched,
        success: total.delivered,
        failed: total.dead,
        discarded: total.discarded,
        pending: openOf(total) - retrying,
        retrying,
        successRate: percent(total.delivered, total.delivered + total.dead + total.discarded),
        attempts: total.attempts,
        failedAttempts: total.failures,
        avgResponseTimeMs: durations.averageMs,
        durations,
        recentDeliveries: recent.data,
      },
    };
  });

  mountOperation(app, operations.getEventStats, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const { total } = await readStatistics(tx, { tenant, openEvents: true });
      return {
        data: {
          total: total.received,
          dead_letter: total.deadEvents,
          failed: total.retryingEvents,
          processing: total.sendingEvents,
          pending: total.pendingEvents,
          processed: stateOfEvents(total).processed,
        },
      };
    });
  });

  mountOperation(app, operations.getActivity, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const { total: hour } = await readStatistics(tx, { tenant, hours: 1 });
      const { total: all } = await readStatistics(tx, { tenant });
      const { total: minutes } = await readStatistics(tx, { tenant, hours: RECENT_HOURS });
      const [last] = await tx
        .select({ receivedAt: events.receivedAt })
        .from(events)
        .where(and(isNull(events.deletedAt), tenant === undefined ? undefined : eq(events.tenantId, tenant)))
        .orderBy(desc(events.id))
        .limit(1);
      return {
        data: {
          recentEvents: minutes.received,
          lastEventTime: last?.receivedAt.toISOString() ?? null,
          failedWebhooksCount: all.deadEvents,
          metrics: {
            hourly: {
              total: hour.received,
              failed: hour.deadEvents,
              attempts: hour.attempts,
              failedAttempts: hour.failures,
              avgProcessingTimeMs: averageOf(hour),
            },
          },
        },
      };
    });
  });
}

const RECENT_HOURS = 1 / 12;

const openOf = ({ matched, delivered, dead, discarded }: Counts) => matched - delivered - dead - discarded;
const averageOf = ({ durationMs, attempts }: Counts) =>
  attempts === 0 ? 0 : Math.round(durationMs / attempts);
const percent = (part: number, whole: number) => (whole === 0 ? 100 : (100 * part) / whole).toFixed(2);

/** An event is in one state, however many endpoints it goes to: that of the delivery that is worst off. */
function stateOfEvents(counts: Counts) {
  const failed = counts.deadEvents;
  const pending = counts.retryingEvents + counts.sendingEvents + counts.pendingEvents;
  return { total: counts.received, failed, pending, processed: counts.received - failed - pending };
}

function toStatistics({ byType, total, durations }: StatisticsRead): Statistics {
  const events = stateOfEvents(total);
  return {
    summary: {
      totalEvents: events.total,
      processedEvents: events.processed,
      pendingEvents: events.pending,
      failedEvents: events.failed,
      successRate: percent(events.processed, events.total),
      avgProcessingTimeMs: averageOf(total),
    },
    byEvent: toEvents(byType),
    deliveries: {
      total: total.matched,
      delivered: total.delivered,
      failed: total.dead,
      discarded: total.discarded,
      open: openOf(total),
      attempts: total.attempts,
      failedAttempts: total.failures,
      durations: durationsOf(durations, total.durationMs, total.attempts),
    },
  };
}

const OF_HOOKLINE: ReadonlySet<string> = new Set(HOOKLINE_EVENT_TYPES.map(({ type }) => type));

const nameOf = (type: string) =>
  nameEvent(type) ?? { provider: OF_HOOKLINE.has(type) ? HOOKLINE_PROVIDER : 'app', event: type };

/** The types that a provider has for the actions of one event are one; the most received first. */
function toEvents(byType: readonly TypeCounts[]): Statistics['byEvent'] {
  const named = byType
    .filter(({ received }) => received > 0)
    .map((counts) => ({ ...nameOf(counts.eventType), counts }));
  const groups = Map.groupBy(named, ({ provider, event }) => `${provider} ${event}`);
  return [...groups.values()]
    .map((group) => {
      const { provider, event } = group[0] as (typeof named)[number];
      const counts = sumOf(group.map((each) => each.counts));
      const { total, processed, failed } = stateOfEvents(counts);
      return { event, provider, total, processed, failed, avgProcessingTimeMs: averageOf(counts) };
    })
    .sort((a, b) => b.total - a.total);
}
