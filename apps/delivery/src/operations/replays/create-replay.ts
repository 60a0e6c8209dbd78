import {
  ApiError,
  type Filter,
  ID_PREFIX,
  type ReplayPreview,
  type ReplaySelection,
  type Transformation,
  timestampMs,
} from '@hookline/contracts';
import type { Database, Transaction } from '@hookline/db';
import { replays } from '@hookline/db/delivery';
import { checkExpectedCount, createIdFactory, readDatabaseTime, readDateRange } from '@hookline/service';
import { sql } from 'drizzle-orm';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { findEndpoint } from '../../sql/find-endpoint.ts';
import { countSelection } from './count-selection.ts';
import type { ReplayScope } from './replay-scope.ts';

export interface ReplayRequest {
  /** undefined: an operator replays for all tenants. */
  tenant: string | undefined;
  requestedBy: 'operator' | 'tenant';
  selection: ReplaySelection;
  /** For `missed`; see ReplayScope. */
  lateSince?: Date | undefined;
  targetWebhookId?: string | undefined;
  filter?: Filter | undefined;
  transformation?: Transformation | undefined;
  perSecond?: number | undefined;
  dryRun?: boolean | undefined;
  /** More selected items than this are refused. */
  expectedCount?: number | undefined;
}

export type ReplayRow = typeof replays.$inferSelect;
/** How far back a replay can reach, and a warning if part of its selection is past retention. */
export type Reach = Pick<ReplayPreview, 'replayableFrom' | 'warning'>;
export type CreatedReplay = { row: ReplayRow; reach: Reach } | { preview: ReplayPreview };

/** The speed without a throttle. Measured: a part of 500 deliveries takes less than 100 ms, and its pause as long. */
const UNTHROTTLED_PER_SECOND = 1_000;
/**
 * The wait before the first part of a replay of missed events. An event that was matched while the endpoint was off is
 * stored by fan-out within this time.
 */
const FAN_OUT_SECONDS = 3;
const nextReplayId = createIdFactory(ID_PREFIX.replay);

/**
 * Creates a replay, which a worker then runs. A dry run only tells what the replay would send.
 * @throws ApiError `invalid_request`, `not_found` (an endpoint), `conflict` (the target is switched off, or more is selected
 *   than the caller expects)
 */
export function createReplay(database: Database, request: ReplayRequest): Promise<CreatedReplay> {
  return database.withScope(request.tenant, async (transaction) => {
    const selection = readSelection(request.selection);
    const source = await requireEndpoint(transaction, selection.webhookId);
    const named = await requireEndpoint(transaction, request.targetWebhookId);
    const target = named ?? (selection.kind === 'missed' ? source : undefined);
    if (selection.kind === 'missed' && !target)
      throw invalid(
        'body/selection/webhookId is required for the kind "missed": it names the endpoint that missed events',
      );
    if (request.transformation && target?.format === 'request') {
      throw invalid(
        'body/transformation: the endpoint has the format "request" and gets each request unchanged: leave the transformation out',
      );
    }
    const tenant = request.tenant ?? target?.tenantId ?? source?.tenantId;
    if (source && target && source.tenantId !== target.tenantId) throw notFound();
    if (target && !target.active) {
      throw new ApiError('conflict', {
        message: 'The endpoint is switched off and gets no events: switch it on to send to it again',
      });
    }
    const { lateSince } = request;
    const until = await readDatabaseTime(transaction);
    const scope: ReplayScope = {
      tenant,
      selection,
      targetEndpointId: target?.id,
      wanted: target?.events ?? [],
      lateSince,
      until,
    };
    const { total, exact, sample } = await countSelection(transaction, scope);
    checkExpectedCount(total, exact, request.expectedCount);
    const reach = await describeWhatIsGone(transaction, selection);
    if (request.dryRun) {
      const perSecond = Math.min(request.perSecond ?? Number.POSITIVE_INFINITY, UNTHROTTLED_PER_SECOND);
      return {
        preview: {
          dryRun: true,
          total,
          totalExact: exact,
          sample,
          estimatedSeconds: Math.ceil(total / perSecond),
          ...reach,
        },
      };
    }
    const [row] = await transaction
      .insert(replays)
      .values({
        id: nextReplayId(),
        tenantId: tenant ?? null,
        status: 'running',
        requestedBy: request.requestedBy,
        selection,
        targetEndpointId: target?.id ?? null,
        lateSince: lateSince ?? null,
        filter: request.filter ?? null,
        transformation: request.transformation ?? null,
        perSecond: request.perSecond ?? null,
        until,
        total,
        totalExact: exact,
        dueAt: sql`now() + ${selection.kind === 'missed' ? FAN_OUT_SECONDS : 0} * interval '1 second'`,
      })
      .returning();
    return { row: row as ReplayRow, reach };
  });
}

/** Checks a selection, and replaces its days by times. */
function readSelection(selection: ReplaySelection): ReplaySelection {
  const { kind, startDate, endDate, ...rest } = selection;
  if (kind === 'events' || kind === 'missed') {
    for (const name of ['errorCode', 'endpointTag'] as const)
      if (rest[name] !== undefined)
        throw invalid(`body/selection/${name} does not apply to the kind "${kind}"`);
  }
  const { start, end } = readDateRange({ startDate, endDate }, 'body/selection/');
  return {
    ...rest,
    kind,
    ...(start ? { startDate: start.toISOString() } : {}),
    ...(end ? { endDate: end.toISOString() } : {}),
  };
}

async function requireEndpoint(tx: Transaction, id: string | undefined): Promise<EndpointRow | undefined> {
  if (id === undefined) return undefined;
  const row = await findEndpoint(tx, id);
  if (!row) throw notFound();
  return row;
}

/** Retention drops whole days: events from before the oldest stored day cannot be sent again. */
async function describeWhatIsGone(transaction: Transaction, { startDate }: ReplaySelection): Promise<Reach> {
  const { rows } = await transaction.execute(sql`
    select min(to_date(right(child.relname, 8), 'YYYYMMDD'))::text as day
    from pg_inherits
    join pg_class child on child.oid = inhrelid
    where inhparent = 'events'::regclass`);
  const day = rows[0]?.['day'];
  if (typeof day !== 'string') return { replayableFrom: null, warning: null };
  const replayableFrom = `${day}T00:00:00.000Z`;
  const gone = startDate !== undefined && timestampMs(startDate) < Date.parse(replayableFrom);
  return {
    replayableFrom,
    warning: gone
      ? `Events from before ${replayableFrom} are past retention: they are gone, are not counted, and cannot be sent again`
      : null,
  };
}

const invalid = (message: string) => new ApiError('invalid_request', { message });
const notFound = () => new ApiError('not_found', { message: 'There is no such endpoint' });
