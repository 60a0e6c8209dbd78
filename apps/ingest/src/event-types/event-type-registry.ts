import { createBatchedWriter, type Database, type RowOf, rowSet, statement } from '@hookline/db';
import { type Logger, untilAborted, type Worker } from '@hookline/service';
import { isBuiltInType, MAX_OWN_TYPES } from './read-event-types.ts';
import { createSchemaCache, type KnownSchema } from './schema-cache.ts';
import type { SchemaOutcome, SchemaThreads } from './schema-threads.ts';

/** As a worker it stores the seen types in Postgres. */
export interface EventTypeRegistry extends Worker {
  /**
   * Validates the data of a published event against the schema of its type. Undefined if the type has no schema. A
   * schema is in force one second after it was registered. While Postgres is unavailable the last known schema is
   * used, and without one all data is accepted: an event must not be lost because its schema cannot be read. Never
   * rejects.
   * @param json the text of `data`
   */
  check(tenant: string, type: string, data: unknown, json: Buffer): Promise<SchemaOutcome | undefined>;
  /**
   * Records a seen type, so that it is listed from then on, registered or not; up to MAX_OWN_TYPES per tenant.
   */
  noteSeen(tenant: string, type: string): void;
}

interface KnownTypes {
  /** By type: changes with each change of the schema. */
  versions: ReadonlyMap<string, string>;
  readAtMs: number;
}

const FRESH_MS = 1_000;
const MAX_TENANTS = 10_000;
const MAX_SEEN = 100_000;
const GATHER_MS = 1_000;
const MAX_BATCH = 500;
/** Beyond this number a type is recorded when it is seen again. */
const MAX_PENDING = 10_000;
/**
 * Largest validation on the main thread: bytes of data times comparisons of one value. At most about 10 ms; an
 * ordinary schema of 50 properties needs less for 8 KB.
 */
const MAX_COMPARISONS_AT_ONCE = 500_000;
const SELECT_VERSIONS =
  'select type, updated_at::text as version from event_types where tenant_id = $1 and schema is not null';
const SELECT_SCHEMA =
  'select schema, updated_at::text as version from event_types where tenant_id = $1 and type = $2';
const SEEN_TYPE = rowSet({ tenant_id: 'text', type: 'text' });
const INSERT_SEEN = statement(
  { seen: SEEN_TYPE },
  ({ seen }) => `
with seen as materialized (
  select * from ${seen('s')}
)
insert into event_types (tenant_id, type, registered)
select tenant_id, type, false from seen
where tenant_id not in (
  select t.tenant_id from (select distinct tenant_id from seen) t
  where (select count(*) from event_types k where k.tenant_id = t.tenant_id) >= ${MAX_OWN_TYPES})
on conflict do nothing`,
);

export function createEventTypeRegistry(
  database: Database,
  threads: SchemaThreads,
  logger: Logger,
): EventTypeRegistry {
  const tenants = new Map<string, KnownTypes>();
  const reading = new Map<string, Promise<KnownTypes | undefined>>();
  const schemas = createSchemaCache();
  const seen = new Set<string>();

  async function read(tenant: string): Promise<KnownTypes | undefined> {
    try {
      const { rows } = await database.system<{ type: string; version: string }>(SELECT_VERSIONS, [tenant]);
      tenants.delete(tenant);
      tenants.set(tenant, {
        versions: new Map(rows.map(({ type, version }) => [type, version])),
        readAtMs: performance.now(),
      });
      const [oldest] = tenants.keys();
      if (tenants.size > MAX_TENANTS && oldest !== undefined) tenants.delete(oldest);
    } catch (error) {
      logger.warn(
        { err: error, tenant },
        'could not read the schemas of event types; continuing with the known ones',
      );
    }
    return tenants.get(tenant);
  }

  function typesOf(tenant: string): KnownTypes | Promise<KnownTypes | undefined> {
    const known = tenants.get(tenant);
    if (known && performance.now() - known.readAtMs < FRESH_MS) return known;
    let look = reading.get(tenant);
    if (!look) {
      look = read(tenant).finally(() => reading.delete(tenant));
      reading.set(tenant, look);
    }
    return look;
  }

  async function schemaOf(tenant: string, type: string, version: string): Promise<KnownSchema | undefined> {
    const key = keyOf(tenant, type);
    const known = schemas.get(key);
    if (known?.version === version) return known;
    try {
      const { rows } = await database.system<{ schema: Record<string, unknown> | null; version: string }>(
        SELECT_SCHEMA,
        [tenant, type],
      );
      const [row] = rows;
      if (!row?.schema) return undefined;
      return schemas.set(key, row.version, row.schema);
    } catch (error) {
      logger.warn(
        { err: error, tenant, type },
        'could not read the schema of an event type; continuing with the known one',
      );
      return known;
    }
  }

  const stopping = new AbortController();
  const writer = createBatchedWriter<RowOf<typeof SEEN_TYPE>>({
    gatherMs: GATHER_MS,
    enough: MAX_BATCH,
    maxItems: MAX_BATCH,
    maxConcurrent: 1,
    signal: stopping.signal,
    onRetry(error, attempt) {
      if (attempt === 1) logger.warn({ err: error }, 'could not store seen event types; trying again');
    },
    async write(batch) {
      await INSERT_SEEN.run(database, { seen: batch });
    },
    onRejected(type, error) {
      forget([type], error);
      return undefined;
    },
    onFailed: forget,
  });

  function forget(batch: readonly RowOf<typeof SEEN_TYPE>[], error: unknown): void {
    logger.warn({ err: error }, 'could not store seen event types; they are stored when they are seen again');
    for (const { tenant_id, type } of batch) seen.delete(keyOf(tenant_id, type));
  }

  return {
    name: 'event types',
    async run(signal) {
      await untilAborted(signal);
      stopping.abort();
      await writer.drain();
    },
    async check(tenant, type, data, json) {
      const version = (await typesOf(tenant))?.versions.get(type);
      if (version === undefined) return undefined;
      const schema = await schemaOf(tenant, type, version);
      if (schema === undefined) return undefined;
      const { comparisonsPerValue, text } = schema;
      if (comparisonsPerValue * json.length > MAX_COMPARISONS_AT_ONCE) {
        return await threads.run(tenant, { schema: text, data: json });
      }
      return checkAtOnce(schema, data);
    },
    noteSeen(tenant, type) {
      if (isBuiltInType(type)) return;
      const key = keyOf(tenant, type);
      if (seen.has(key) || writer.pending >= MAX_PENDING) return;
      if (seen.size >= MAX_SEEN) seen.clear();
      seen.add(key);
      writer.add([{ tenant_id: tenant, type }]);
    },
  };
}

function checkAtOnce(schema: KnownSchema, data: unknown): SchemaOutcome {
  try {
    const problems = schema.check()(data);
    return problems === undefined ? { kind: 'fits' } : { kind: 'misfits', problems };
  } catch (error) {
    return { kind: 'unusable', problem: (error as Error).message };
  }
}

/** A type contains no space. */
const keyOf = (tenant: string, type: string) => `${type} ${tenant}`;
