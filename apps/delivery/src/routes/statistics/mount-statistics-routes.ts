import {
  ApiError,
  getActivity,
  getEndpointStats,
  getEventStats,
  getStatistics,
  type Statistics,
  tenantToRead,
} from '@hookline/contracts';
import { endpoints, events } from '@hookline/db/delivery';
import { type Authenticate, mountOperation } from '@hookline/service';
import { and, desc, eq, isNull } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import { planByKey } from '../../plan-by-key.ts';
import { countOpen } from '../../statistics/count-open.ts';
import { durationsOf } from '../../statistics/percentiles.ts';
import { readStatistics, sumOf, type TypeStatistics } from '../../statistics/read-statistics.ts';
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

  mountOperation(app, getStatistics, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const byType = await database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      return readStatistics(tx, { tenant, hours: query.hours });
    });
    return { data: toStatistics(byType) };
  });

  mountOperation(app, getEndpointStats, authenticate, async ({ principal, params, query }) => {
    const { found, total } = await database.withScope(tenantToRead(principal, query.userId), async (tx) => {
      const [endpoint] = await tx
        .select({ id: endpoints.id, tenantId: endpoints.tenantId })
        .from(endpoints)
        .where(and(eq(endpoints.id, params.id), isNull(endpoints.deletedAt)));
      if (!endpoint) throw new ApiError('not_found', { message: 'There is no such endpoint' });
      await planByKey(tx);
      const byType = await readStatistics(tx, {
        tenant: endpoint.tenantId,
        endpointId: endpoint.id,
        hours: query.hours,
      });
      return { found: endpoint, total: sumOf(byType) };
    });
    const recent = await listDeliveriesPage(database, {
      tenant: found.tenantId,
      webhookId: found.id,
      limit: RECENT_DELIVERIES,
    });
    const durations = durationsOf(total.durations, total.durationMs, total.attempts);
    return {
      data: {
        webhookId: found.id,
        hours: query.hours,
        total: total.matched,
        success: total.delivered,
        failed: total.dead,
        discarded: total.discarded,
        pending: openOf(total),
        successRate: percent(total.delivered, total.delivered + total.dead + total.discarded),
        attempts: total.attempts,
        failedAttempts: total.failures,
        avgResponseTimeMs: durations.averageMs,
        durations,
        recentDeliveries: recent.data,
      },
    };
  });

  mountOperation(app, getEventStats, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const total = sumOf(await readStatistics(tx, { tenant }));
      const open = await countOpen(tx, tenant);
      const failed = Math.min(total.received, total.dead);
      // Each takes of what is left: the states of one event's deliveries are not told apart here.
      let left = total.received - failed;
      const take = (n: number) => {
        const taken = Math.min(left, n);
        left -= taken;
        return taken;
      };
      return {
        data: {
          total: total.received,
          dead_letter: failed,
          failed: take(open.retrying),
          processing: take(open.sending),
          pending: take(open.pending),
          processed: left,
        },
      };
    });
  });

  mountOperation(app, getActivity, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    return database.withScope(tenant, async (tx) => {
      await planByKey(tx);
      const hour = sumOf(await readStatistics(tx, { tenant, hours: 1 }));
      const all = sumOf(await readStatistics(tx, { tenant }));
      const minutes = sumOf(await readStatistics(tx, { tenant, hours: RECENT_HOURS }));
      const [last] = await tx
        .select({ receivedAt: events.receivedAt })
        .from(events)
        .where(tenant === undefined ? undefined : eq(events.tenantId, tenant))
        .orderBy(desc(events.id))
        .limit(1);
      return {
        data: {
          recentEvents: minutes.received,
          lastEventTime: last?.receivedAt.toISOString() ?? null,
          failedWebhooksCount: all.dead,
          metrics: {
            hourly: {
              total: hour.received,
              failed: hour.dead,
              avgProcessingTimeMs: averageOf(hour),
            },
          },
        },
      };
    });
  });
}

const RECENT_HOURS = 1 / 12;

type Counts = Omit<TypeStatistics, 'eventType'>;

const openOf = ({ matched, delivered, dead, discarded }: Counts) => matched - delivered - dead - discarded;
const averageOf = ({ durationMs, attempts }: Counts) =>
  attempts === 0 ? 0 : Math.round(durationMs / attempts);
const percent = (part: number, whole: number) => (whole === 0 ? 100 : (100 * part) / whole).toFixed(2);

/** Of events, a state has as many as deliveries are in it, but never more than there are events. */
function stateOfEvents(counts: Counts) {
  const failed = Math.min(counts.received, counts.dead);
  const pending = Math.min(counts.received - failed, openOf(counts));
  return { total: counts.received, failed, pending, processed: counts.received - failed - pending };
}

function toStatistics(byType: readonly TypeStatistics[]): Statistics {
  const total = sumOf(byType);
  const perType = byType.map((counts) => ({ counts, ...stateOfEvents(counts) }));
  const sum = (name: 'total' | 'processed' | 'pending' | 'failed') =>
    perType.reduce((all, each) => all + each[name], 0);
  return {
    summary: {
      totalEvents: sum('total'),
      processedEvents: sum('processed'),
      pendingEvents: sum('pending'),
      failedEvents: sum('failed'),
      successRate: percent(sum('processed'), sum('total')),
      avgProcessingTimeMs: averageOf(total),
    },
    byEvent: perType
      .filter((each) => each.total > 0)
      .map((each) => ({
        event: each.counts.eventType,
        total: each.total,
        processed: each.processed,
        failed: each.failed,
        avgProcessingTimeMs: averageOf(each.counts),
      })),
    deliveries: {
      total: total.matched,
      delivered: total.delivered,
      failed: total.dead,
      discarded: total.discarded,
      open: openOf(total),
      attempts: total.attempts,
      failedAttempts: total.failures,
      durations: durationsOf(total.durations, total.durationMs, total.attempts),
    },
  };
}
