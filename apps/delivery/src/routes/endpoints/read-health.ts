import type { EndpointHealth } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { endpoints } from '@hookline/db/delivery';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { LaneRegistry } from '../../pipeline/lanes/lane-registry.ts';
import type { Transformer } from '../../pipeline/transformations/create-transformer.ts';

const MAX_COUNTED = 10_000;

/** Through the index of what is due: as quick with a million deliveries as with ten. */
const READ_BACKLOG = `
select (select count(*)::integer
        from (select from deliveries
              where endpoint_id = $1 and due_at is not null and status in ('pending', 'retrying')
              limit ${MAX_COUNTED}) counted) as waiting,
       (select extract(epoch from now() - due_at)::float8
        from deliveries
        where endpoint_id = $1 and due_at is not null and due_at <= now()
        order by due_at limit 1) as "oldestDueSeconds"`;

export interface HealthSources {
  database: Database;
  catalog: Pick<EndpointCatalog, 'paused'>;
  lanes: Pick<LaneRegistry, 'healthOf'>;
  transformer: Pick<Transformer, 'conductOf'>;
}

/** How an endpoint's lane stands: in this replica, and what waits for it in Postgres. */
export async function readHealth(
  { database, catalog, lanes, transformer }: HealthSources,
  row: typeof endpoints.$inferSelect,
): Promise<EndpointHealth> {
  const { rows } = await database.system<{ waiting: number; oldestDueSeconds: number | null }>(READ_BACKLOG, [
    row.id,
  ]);
  const lane = lanes.healthOf(row.id);
  const state = !row.active ? 'disabled' : catalog.paused ? 'paused' : lane.state;
  const sinceMs =
    state === 'disabled' ? row.disabledAt?.getTime() : state === 'paused' ? undefined : lane.sinceMs;
  return {
    state,
    since: toTime(sinceMs),
    inFlight: lane.inFlight,
    slots: state === 'disabled' || state === 'paused' ? 0 : lane.slots,
    waiting: Math.min(MAX_COUNTED, (rows[0]?.waiting ?? 0) + lane.waiting),
    oldestDueSeconds: rows[0]?.oldestDueSeconds ?? null,
    nextProbeAt: toTime(lane.nextProbeAtMs),
    transformation: row.transformation === null ? null : readConduct(transformer, row),
  };
}

function readConduct(
  transformer: HealthSources['transformer'],
  { id, tenantId }: typeof endpoints.$inferSelect,
): EndpointHealth['transformation'] {
  const { state, timeouts, suspendedForMs } = transformer.conductOf(id, tenantId);
  return {
    state,
    timeouts,
    suspendedUntil: suspendedForMs === undefined ? null : toTime(Date.now() + suspendedForMs),
  };
}

const toTime = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
