import type { EndpointHealth } from '@hookline/contracts';
import type { Database } from '@hookline/db';
import type { EndpointCatalog } from '../../endpoints/catalog/endpoint-catalog.ts';
import type { LaneRegistry } from '../../pipeline/lanes/lane-registry.ts';
import type { Transformer } from '../../pipeline/transformations/create-transformer.ts';
import type { EndpointRow } from '../../sql/endpoint-row.ts';
import { readBacklog } from '../../sql/read-backlog.ts';

const MAX_COUNTED = 10_000;

export interface HealthSources {
  database: Database;
  catalog: Pick<EndpointCatalog, 'paused'>;
  lanes: Pick<LaneRegistry, 'healthOf'>;
  transformer: Pick<Transformer, 'conductOf'>;
}

/** Reads the state of an endpoint's lane in this replica, and its backlog in Postgres. */
export async function readHealth(
  { database, catalog, lanes, transformer }: HealthSources,
  row: EndpointRow,
): Promise<EndpointHealth> {
  const backlog = await readBacklog(database, row.id, MAX_COUNTED);
  const lane = lanes.healthOf(row.id);
  const state = !row.active ? 'disabled' : catalog.paused ? 'paused' : lane.state;
  const sinceMs =
    state === 'disabled' ? row.disabledAt?.getTime() : state === 'paused' ? undefined : lane.sinceMs;
  return {
    state,
    since: toTime(sinceMs),
    inFlight: lane.inFlight,
    slots: state === 'disabled' || state === 'paused' ? 0 : lane.slots,
    waiting: Math.min(MAX_COUNTED, backlog.waiting + lane.waiting),
    oldestDueSeconds: backlog.oldestDueSeconds,
    nextProbeAt: toTime(lane.nextProbeAtMs),
    transformation: row.transformation === null ? null : readConduct(transformer, row),
  };
}

function readConduct(
  transformer: HealthSources['transformer'],
  { id, tenantId }: EndpointRow,
): EndpointHealth['transformation'] {
  const { state, timeouts, suspendedForMs } = transformer.conductOf(id, tenantId);
  return {
    state,
    timeouts,
    suspendedUntil: suspendedForMs === undefined ? null : toTime(Date.now() + suspendedForMs),
  };
}

const toTime = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
