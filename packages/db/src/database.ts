import { parseExactJson } from '@hookline/json';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { DatabaseError, isUnanswered } from './errors.ts';

// Postgres keeps every digit of a number in jsonb; so does what is read of it. For the process, because drizzle asks
// the driver's own table of parsers.
pg.types.setTypeParser(pg.types.builtins.JSONB, parseExactJson);

/**
 * A drizzle handle inside a transaction. Its own `transaction` is not there: on a connection that is in one already it
 * would not make a savepoint, but end ours, and the tenant with it.
 */
export type Transaction = Omit<NodePgDatabase<Record<string, never>>, 'transaction'>;

export interface DatabaseOptions {
  /** Of the role that owns nothing and bypasses nothing. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** For transactions; the system session has as many of its own. Default 10. */
  maxConnections?: number;
  /** A statement that runs longer is cancelled. Default 30 s. */
  statementTimeoutMs?: number;
  /**
   * A statement that is not answered in this time is given up, and its connection with it. Longer than any statement
   * may run, by the option above or by what a transaction sets itself. Default 5 s more than `statementTimeoutMs`.
   */
  unansweredAfterMs?: number;
  /** Called when an idle connection breaks, e.g. because Postgres restarts; the pool replaces it by itself. */
  onConnectionError: (error: Error) => void;
}

export interface SystemResult<Row> {
  rows: Row[];
  rowCount: number;
}

/**
 * Postgres as a service sees it: three ways in, none of which can reach another tenant's rows by mistake.
 *
 * A transaction rejects with what its work threw, or with what Postgres said. It resolves only when it is committed:
 * one whose work went on after a statement had failed is none, and rejects with DatabaseError `not_committed`.
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
   * They are dear as well, because Postgres 18 forgets that they are off where a single partition is left.
   *
   * Each connection prepares a text once, and plans it once, for any values: to plan anew for a day's sixteen partitions
   * takes longer than to run it for one event.
   * @param text one of a fixed number of texts: what varies belongs in `values`
   */
  system<Row extends object>(text: string, values?: readonly unknown[]): Promise<SystemResult<Row>>;
  /** @throws when Postgres does not answer */
  ping(): Promise<void>;
  /** Statements and transactions since start, for the benchmark and /metrics. */
  readonly counters: { statements: number; transactions: number };
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Beyond the time after which the server cancels a statement and says so. */
const UNANSWERED_MARGIN_MS = 5_000;

export function createDatabase(options: DatabaseOptions): Database {
  const statementTimeoutMs = options.statementTimeoutMs ?? 30_000;
  const base: pg.PoolConfig = {
    connectionString: options.url,
    application_name: options.applicationName,
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    statement_timeout: statementTimeoutMs,
    // A server that is gone without a word cancels nothing, and TCP takes a quarter of an hour to notice.
    query_timeout: options.unansweredAfterMs ?? statementTimeoutMs + UNANSWERED_MARGIN_MS,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
  };
  const pool = new pg.Pool(base);
  const systemPool = new pg.Pool({
    ...base,
    options:
      '-c role=hookline_system -c enable_seqscan=off -c seq_page_cost=1000 -c jit=off -c plan_cache_mode=force_generic_plan',
  });
  for (const each of [pool, systemPool]) each.on('error', options.onConnectionError);

  const counters = { statements: 0, transactions: 0 };

  const names = new Map<string, string>();
  function nameOf(text: string): string {
    let name = names.get(text);
    if (name === undefined) {
      name = `system_${names.size}`;
      names.set(text, name);
    }
    return name;
  }

  /**
   * Between two statements of a transaction nobody but us hears that its connection breaks, and an error that nobody
   * hears ends the process. So the listening begins with the call of the pool, not with the promise: what the server
   * sent after its first words is looked at in between.
   */
  function takeConnection(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      pool.connect((error, client) => {
        if (!client) {
          reject(error);
          return;
        }
        client.on('error', options.onConnectionError);
        resolve(client);
      });
    });
  }

  async function transaction<T>(begin: string, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const client = await takeConnection();
    let broken: Error | undefined;
    try {
      counters.transactions++;
      await client.query(begin);
      const result = await work(drizzle(client));
      // For a transaction in which a statement failed Postgres rolls back, and calls it no error.
      const { command } = await client.query('commit');
      if (command === 'ROLLBACK') {
        throw new DatabaseError(
          'not_committed',
          'a statement of the transaction failed, and its work went on',
        );
      }
      return result;
    } catch (error) {
      if (isUnanswered(error)) broken = error as Error;
      else {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
      }
      throw withoutValues(error);
    } finally {
      client.off('error', options.onConnectionError);
      client.release(broken);
    }
  }

  // Role and tenant are both said each time: nothing that a connection was left with counts.
  const withSystem = <T>(work: (transaction: Transaction) => Promise<T>) =>
    transaction("begin; set local role hookline_system; set local hookline.tenant = ''", work);
  const withTenant = async <T>(tenant: string, work: (transaction: Transaction) => Promise<T>) => {
    // Postgres has no text with NUL, and the protocol would end the statement there.
    if (tenant === '' || tenant.includes('\0')) throw new Error('withTenant needs the name of a tenant');
    const literal = pg.escapeLiteral(tenant);
    return await transaction(
      `begin; set local role hookline_tenant; set local hookline.tenant = ${literal}`,
      work,
    );
  };
  let closing: Promise<unknown> | undefined;

  return {
    withTenant,
    withSystem,
    withScope: (tenant, work) => (tenant === undefined ? withSystem(work) : withTenant(tenant, work)),
    async system<Row extends object>(text: string, values: readonly unknown[] = []) {
      counters.statements++;
      counters.transactions++;
      const result = await systemPool.query<Row>({
        name: nameOf(text),
        text,
        values: values as unknown[],
      });
      return { rows: result.rows, rowCount: result.rowCount ?? 0 };
    },
    async ping() {
      await pool.query('select 1');
    },
    counters,
    async close() {
      closing ??= Promise.all([pool.end(), systemPool.end()]);
      await closing;
    },
  };
}

/** drizzle puts the values of a failed statement into its error, and so into logs: secrets, payloads, addresses. */
function withoutValues(error: unknown): unknown {
  if (error instanceof DrizzleQueryError) {
    error.message = `Failed query: ${error.query}`;
    error.stack = `${error.name}: ${error.message}\n${(error.stack ?? '')
      .split('\n')
      .filter((line) => /^ +at /.test(line))
      .join('\n')}`;
    error.params = [];
  }
  return error;
}
