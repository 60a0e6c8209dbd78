import { ApiError, operations, type Principal, type Replay, tenantToRead } from '@hookline/contracts';
import { endpoints, replays } from '@hookline/db/delivery';
import { type Authenticate, decodeCursor, mountOperation, pageOf } from '@hookline/service';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { FastifyInstance } from 'fastify';
import type { ReplayRow } from '../../operations/replays/create-replay.ts';
import type { RouteContext } from '../context.ts';
import { countUpTo } from '../count-up-to.ts';
import { warnOfErrorCode, warnOfFilter, warnOfProvider, withWarnings } from '../warnings.ts';
import { countReplayOutcomes } from './count-replay-outcomes.ts';
import { missedSince } from './missed-since.ts';
import { presentReplay } from './present-replay.ts';
import { startReplay } from './start-replay.ts';

/** Replays: make, follow, pause, resume, cancel; and the short calls that make one. */
export function mountReplayRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database } = context;

  const create = (
    principal: Principal,
    userId: string | undefined,
    request: Parameters<typeof startReplay>[3],
  ) => startReplay(context, principal, userId, request);

  mountOperation(app, operations.createReplay, authenticate, async ({ principal, body }) => {
    const { userId, ...request } = body;
    const { provider, errorCode } = request.selection;
    const warnings = [
      ...warnOfProvider(provider, 'body/selection/provider'),
      ...warnOfErrorCode(errorCode, 'body/selection/errorCode'),
      ...warnOfFilter(request.filter),
    ];
    return { data: await create(principal, userId, request), ...withWarnings(warnings) };
  });

  mountOperation(app, operations.replayDeadLetters, authenticate, async ({ principal, body }) => {
    const { userId, targetWebhookId, filter, transformation, perSecond, dryRun, ...selection } = body ?? {};
    const how = { targetWebhookId, filter, transformation, perSecond, dryRun };
    const data = await create(principal, userId, {
      ...how,
      selection: { kind: 'dead_letters', ...selection },
    });
    const warnings = [
      ...warnOfProvider(selection.provider, 'body/provider'),
      ...warnOfErrorCode(selection.errorCode, 'body/errorCode'),
      ...warnOfFilter(filter),
    ];
    return { data, ...withWarnings(warnings) };
  });

  mountOperation(app, operations.replayMissed, authenticate, async ({ principal, params, query, body }) => {
    const { startDate, endDate, eventType, perSecond, dryRun } = body ?? {};
    const [endpoint] = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
      tx
        .select({
          inactiveSince: endpoints.inactiveSince,
          createdAt: endpoints.createdAt,
          lateSince: endpoints.lateSince,
        })
        .from(endpoints)
        .where(and(eq(endpoints.id, params.id), isNull(endpoints.deletedAt))),
    );
    if (!endpoint) throw new ApiError('not_found', { message: 'There is no such endpoint' });
    const since = missedSince(endpoint);
    const data = await create(principal, query.userId, {
      selection: {
        kind: 'missed',
        webhookId: params.id,
        startDate: startDate ?? since.startDate,
        ...(endDate === undefined ? {} : { endDate }),
        ...(eventType === undefined ? {} : { eventType }),
      },
      lateSince: startDate === undefined ? since.lateSince : undefined,
      perSecond,
      dryRun,
    });
    return { data };
  });

  async function retryAll(principal: Principal, userId: string | undefined, webhookId?: string) {
    const replay = await startReplay(context, principal, userId, {
      selection: { kind: 'dead_letters', ...(webhookId === undefined ? {} : { webhookId }) },
    });
    const count = replay.totalExact ? `${replay.total}` : `More than ${replay.total}`;
    const message =
      replay.total === 1
        ? '1 delivery that gave up is sent again'
        : `${count} deliveries that gave up are sent again`;
    return { data: { message, replay } };
  }

  for (const operation of [operations.retryFailedWebhooks, operations.retryFailedQueue]) {
    mountOperation(app, operation, authenticate, ({ principal, body }) =>
      retryAll(principal, body?.userId, body?.webhookId),
    );
  }

  mountOperation(app, operations.listReplays, authenticate, async ({ principal, query }) => {
    const tenant = tenantToRead(principal, query.userId);
    const cursor = decodeCursor(query.cursor);
    return database.withScope(tenant, async (tx) => {
      const { limit, offset = 0 } = query;
      const where = and(
        tenant === undefined ? undefined : eq(replays.tenantId, tenant),
        query.status === undefined ? undefined : eq(replays.status, query.status),
        cursor === undefined ? undefined : lt(replays.id, cursor),
      );
      const rows = await tx
        .select()
        .from(replays)
        .where(where)
        .orderBy(desc(replays.id))
        .limit(limit + 1)
        .offset(offset);
      const total = cursor === undefined ? await countUpTo(tx, replays, where) : undefined;
      const outcomesOf = await countReplayOutcomes(
        tx,
        rows.slice(0, limit).map(({ id }) => id),
      );
      return pageOf(rows, {
        limit,
        offset,
        total,
        cursorOf: ({ id }) => id,
        toItem: (row) => presentReplay(row, outcomesOf(row.id)),
      });
    });
  });

  mountOperation(app, operations.getReplay, authenticate, async ({ principal, params, query }) => ({
    data: await change(principal, query.userId, params.id, undefined),
  }));

  mountOperation(app, operations.pauseReplay, authenticate, async ({ principal, params, query }) => ({
    data: await change(principal, query.userId, params.id, {
      from: ['running', 'paused'],
      to: { status: 'paused', dueAt: null },
    }),
  }));

  mountOperation(app, operations.resumeReplay, authenticate, async ({ principal, params, query }) => {
    const data = await change(principal, query.userId, params.id, {
      from: ['running', 'paused'],
      to: { status: 'running', dueAt: sql`now()` },
    });
    context.wakeReplays();
    return { data };
  });

  mountOperation(app, operations.cancelReplay, authenticate, async ({ principal, params, query }) => ({
    data: await change(principal, query.userId, params.id, {
      from: ['running', 'paused', 'cancelled'],
      to: { status: 'cancelled', dueAt: null, finishedAt: sql`coalesce(finished_at, now())` },
    }),
  }));

  interface Change {
    from: readonly ReplayRow['status'][];
    to: {
      status: ReplayRow['status'];
      dueAt: null | ReturnType<typeof sql>;
      finishedAt?: ReturnType<typeof sql>;
    };
  }

  /** Waits for the part that a worker is at: once this is answered, nothing more is put to work; what was, is sent. */
  async function change(
    principal: Principal,
    userId: string | undefined,
    id: string,
    wanted: Change | undefined,
  ): Promise<Replay> {
    return database.withScope(tenantToRead(principal, userId), async (tx) => {
      const query = tx.select().from(replays).where(eq(replays.id, id));
      let [row] = await (wanted ? query.for('update') : query);
      if (!row) throw new ApiError('not_found', { message: 'There is no such replay' });
      if (wanted) {
        if (!wanted.from.includes(row.status))
          throw new ApiError('conflict', { message: `The replay is ${row.status}` });
        if (row.status !== wanted.to.status)
          [row] = await tx.update(replays).set(wanted.to).where(eq(replays.id, id)).returning();
      }
      return presentReplay(row as ReplayRow, (await countReplayOutcomes(tx, [id]))(id));
    });
  }
}
