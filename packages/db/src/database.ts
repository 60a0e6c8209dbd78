import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';

/** A drizzle handle inside a transaction. */
export type Transaction = NodePgDatabase<Record<string, never>>;

export interface DatabaseOptions {
  /** Of the role that owns nothing and bypasses nothing. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** For transactions; the system session has as many of its own. Default 10. */
  maxConnections?: number;
  /** A statement that runs longer is cancelled. Default 30 s. */
  statementTimeoutMs?: number;
  /** Called when an idle connection breaks, e.g. because Postgres restarts; the pool replaces it by itself. */
  onConnectionError: (error: Error) => void;
}

export interface SystemResult<Row> {
  rows: Row[];
  rowCount: number;
}

/**
 * Postgres as a service sees it: three ways in, none of which can reach another tenant's rows by mistake.
 */
export interface Database {
  /** A transaction that sees one tenant's rows. */
  withTenant<T>(tenant: string, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** A transaction that sees all tenants' rows: an operator's request, or work that spans tenants. */
  withSystem<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** `withTenant` for a tenant, `withSystem` for undefined (an operator who named none). */
  withScope<T>(tenant: string | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * One statement, committed by itself, as hookline_system, on connections that hold that role for good: the hot
   * path, where a BEGIN and a COMMIT around each statement would be two thirds of all round trips.
   * Statements are planned for look-ups by key: sequential scans are off (and compiling with them), because the
   * planner knows nothing of today's partition, and a plan that was fine at noon would scan a million rows at night.
   */
  system<Row extends object>(
    text: string,
    values?: readonly unknown[],
    /** Prepared once per connection under this name, for statements that are dear to plan and run often. */
    preparedName?: string,
  ): Promise<SystemResult<Row>>;
  /** @throws when Postgres does not answer */
  ping(): Promise<void>;
  /** Statements and transactions since start, for the benchmark and /metrics. */
  readonly counters: { statements: number; transactions: number };
  close(): Promise<void>;
}

export function createDatabase(options: DatabaseOptions): Database {
  const base: pg.PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: options.statementTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  };
  const pool = new pg.Pool(base);
  const systemPool = new pg.Pool({
    ...base,
    options: '-c role=hookline_system -c enable_seqscan=off -c jit=off',
  });
  for (const each of [pool, systemPool]) each.on('error', options.onConnectionError);

  const counters = { statements: 0, transactions: 0 };

  async function transaction<T>(begin: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    // Between two statements of a transaction nobody else listens to this client.
    client.on('error', options.onConnectionError);
    let broken: Error | undefined;
    try {
      counters.transactions++;
      await client.query(begin);
      const result = await work(drizzle(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((rollbackError: Error) => {
        broken = rollbackError;
      });
      throw error;
    } finally {
      client.off('error', options.onConnectionError);
      client.release(broken);
    }
  }

  const withSystem = <T>(work: (transaction: Transaction) => Promise<T>) =>
    transaction('begin; set local role hookline_system', work);
  const withTenant = <T>(tenant: string, work: (transaction: Transaction) => Promise<T>) => {
    if (tenant === '') throw new Error('withTenant needs a tenant');
    const literal = pg.escapeLiteral(tenant);
    return transaction(`begin; set local role hookline_tenant; set local hookline.tenant = ${literal}`, work);
  };

  return {
    withTenant,
    withSystem,
    withScope: (tenant, work) => (tenant === undefined ? withSystem(work) : withTenant(tenant, work)),
    async system<Row extends object>(text: string, values: readonly unknown[] = [], preparedName?: string) {
      counters.statements++;
      counters.transactions++;
      const result = await systemPool.query<Row>({
        text,
        values: values as unknown[],
        ...(preparedName ? { name: preparedName } : {}),
      });
      return { rows: result.rows, rowCount: result.rowCount ?? 0 };
    },
    async ping() {
      await pool.query('select 1');
    },
    counters,
    async close() {
      await Promise.all([pool.end(), systemPool.end()]);
    },
  };
}
