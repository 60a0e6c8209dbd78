import { parseExactJson } from '@hookline/json';
import { DrizzleQueryError } from 'drizzle-orm';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import pg from 'pg';
import { DatabaseError, isUnanswered } from './errors.ts';

// Postgres keeps every digit of a number in jsonb, and so does this parser. It is set for the whole process, because
// drizzle uses the driver's global table of parsers.
pg.types.setTypeParser(pg.types.builtins.JSONB, parseExactJson);

/**
 * A drizzle handle inside a transaction, without drizzle's own `transaction`. That would not make a savepoint: it would
 * end the transaction, and with it the tenant that is set.
 */
export type Transaction = Omit<NodePgDatabase<Record<string, never>>, 'transaction'>;

export interface DatabaseOptions {
  /** The address of Postgres, with a role that owns no table and does not bypass row level security. */
  url: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  /** For transactions. `system` has as many connections of its own. Default 10. */
  maxConnections?: number;
  /** A statement that runs longer is cancelled. Default 30 s. */
  statementTimeoutMs?: number;
  /**
   * If a statement is not answered in this time, it fails and its connection is closed. Must be longer than any
   * statement may run, whether `statementTimeoutMs` or the transaction itself sets that time. Default 5 s more than
   * `statementTimeoutMs`.
   */
  unansweredAfterMs?: number;
  /** Called when an idle connection breaks, e.g. because Postgres restarts. The pool replaces the connection. */
  onConnectionError: (error: Error) => void;
}

export interface SystemResult<Row> {
  rows: Row[];
  rowCount: number;
}

/**
 * A service's access to Postgres. There are three kinds of access, and none can reach another tenant's rows by mistake.
 *
 * A transaction rejects with the error of its work or of Postgres. It resolves only when it is committed: if a
 * statement failed and the work went on, it rejects with DatabaseError `not_committed`.
 */
export interface Database {
  /** A transaction that sees one tenant's rows. */
  withTenant<T>(tenant: string, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** A transaction that sees all tenants' rows: an operator's request, or work that spans tenants. */
  withSystem<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** `withTenant` for a tenant, `withSystem` for undefined (an operator who named no tenant). */
  withScope<T>(tenant: string | undefined, work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /**
   * Runs one statement as hookline_system, in a transaction of its own, on connections that always have that role. This
   * is the hot path: BEGIN and COMMIT around each statement would be two thirds of all round trips.
   *
   * Statements are planned for look-ups by key. Sequential scans and JIT compilation are off, because the planner has
   * no statistics of today's partition: a plan that was good at noon would scan a million rows at night. Sequential
   * scans have a high cost as well, because Postgres 18 ignores that they are off if only one partition remains.
   *
   * Each connection prepares and plans a text once, for any values: planning for the sixteen partitions of a table
   * takes longer than running the statement for one event (see docs/decisions/0014).
   * @param text one of a fixed number of texts; anything that varies belongs in `values`
   */
  system<Row extends object>(text: string, values?: readonly unknown[]): Promise<SystemResult<Row>>;
  /** @throws when Postgres does not answer */
  ping(): Promise<void>;
  /** Statements and transactions since start, for the benchmark and /metrics. */
  readonly counters: { statements: number; transactions: number };
  /** Waits for running statements and transactions, and ends all connections. */
  close(): Promise<void>;
}

/** Added to the time after which the server cancels a statement and reports that. */
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
    // A server that has vanished cancels no statement, and TCP takes a quarter of an hour to notice.
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
   * Between two statements of a transaction only this listener receives the error of a broken connection, and an error
   * without a listener ends the process. The listener is added in the callback of the pool: a promise would resolve
   * later, and the driver may read an error of the server in between.
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
      // If a statement of the transaction failed, Postgres answers `commit` with a rollback and no error.
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

  // Role and tenant are both set for each transaction: no earlier setting of the connection matters.
  const withSystem = <T>(work: (transaction: Transaction) => Promise<T>) =>
    transaction("begin; set local role hookline_system; set local hookline.tenant = ''", work);
  const withTenant = async <T>(tenant: string, work: (transaction: Transaction) => Promise<T>) => {
    // Text in Postgres has no NUL, and in the protocol NUL ends the statement.
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

/**
 * drizzle puts the values of a failed statement into its error. In logs these would be secrets, payloads and addresses.
 */
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
