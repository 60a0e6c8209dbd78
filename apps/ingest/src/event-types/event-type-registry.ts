import type { Database } from '@hookline/db';
import type { Logger } from '@hookline/service';
import { type CheckData, compileSchema, type DataProblem } from './data-schema.ts';
import { isBuiltInType, MAX_OWN_TYPES } from './list-event-types.ts';

export interface EventTypeRegistry {
  /**
   * What is wrong with the data of a publish; undefined when it fits, or nobody has said what it must be. A schema
   * holds from a second after it was registered. While Postgres is away the last known one does, and without one
   * everything is taken: an event must not be lost for want of its description.
   */
  check(tenant: string, type: string, data: unknown): Promise<DataProblem[] | undefined>;
  /** A type that came is listed from then on, registered or not; of one tenant up to MAX_OWN_TYPES. */
  noteSeen(tenant: string, type: string): void;
  close(): Promise<void>;
}

interface KnownTypes {
  checks: ReadonlyMap<string, CheckData>;
  readAtMs: number;
}

const FRESH_MS = 1_000;
const MAX_TENANTS = 10_000;
const MAX_SEEN = 100_000;
const FLUSH_MS = 1_000;
const SELECT_SCHEMAS = 'select type, schema from event_types where tenant_id = $1 and schema is not null';
const INSERT_SEEN = `
insert into event_types (tenant_id, type, registered)
select tenant_id, type, false from unnest($1::text[], $2::text[]) as seen(tenant_id, type)
where tenant_id not in (
  select t.tenant_id from (select distinct unnest($1::text[]) as tenant_id) t
  where (select count(*) from event_types k where k.tenant_id = t.tenant_id) >= ${MAX_OWN_TYPES})
on conflict do nothing`;

export function createEventTypeRegistry(database: Database, logger: Logger): EventTypeRegistry {
  const tenants = new Map<string, KnownTypes>();
  const reading = new Map<string, Promise<KnownTypes | undefined>>();
  const seen = new Set<string>();
  let unwritten: [tenant: string, type: string][] = [];

  async function read(tenant: string): Promise<KnownTypes | undefined> {
    try {
      const { rows } = await database.system<{ type: string; schema: Record<string, unknown> }>(
        SELECT_SCHEMAS,
        [tenant],
      );
      const checks = new Map(rows.map(({ type, schema }) => [type, compileSchema(schema)]));
      tenants.delete(tenant);
      tenants.set(tenant, { checks, readAtMs: performance.now() });
      const [oldest] = tenants.keys();
      if (tenants.size > MAX_TENANTS && oldest !== undefined) tenants.delete(oldest);
    } catch (error) {
      logger.warn(
        { err: error, tenant },
        'the schemas of event types cannot be read; going on with what is known',
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

  async function flush(): Promise<void> {
    if (unwritten.length === 0) return;
    const batch = unwritten;
    unwritten = [];
    try {
      await database.system(INSERT_SEEN, [batch.map(([tenant]) => tenant), batch.map(([, type]) => type)]);
    } catch (error) {
      logger.warn(
        { err: error },
        'event types that were seen are not noted; they are when they are seen again',
      );
      for (const [tenant, type] of batch) seen.delete(keyOf(tenant, type));
    }
  }
  const timer = setInterval(() => void flush(), FLUSH_MS);

  return {
    async check(tenant, type, data) {
      const known = await typesOf(tenant);
      return known?.checks.get(type)?.(data);
    },
    noteSeen(tenant, type) {
      if (isBuiltInType(type)) return;
      const key = keyOf(tenant, type);
      if (seen.has(key)) return;
      if (seen.size >= MAX_SEEN) seen.clear();
      seen.add(key);
      unwritten.push([tenant, type]);
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** A type holds no space. */
const keyOf = (tenant: string, type: string) => `${type} ${tenant}`;
