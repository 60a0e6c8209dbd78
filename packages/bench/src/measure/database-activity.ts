import pg from 'pg';

export interface DatabaseSnapshot {
  statements: StatementCount[];
  walBytes: number;
  /** The number of transaction ids so far. Only transactions that write get an id. */
  writingTransactions: number;
}

export interface StatementCount {
  text: string;
  calls: number;
  totalMs: number;
  rows: number;
}

export interface DatabaseActivity {
  statements: number;
  writingTransactions: number;
  walBytes: number;
  /** Sorted by time, the slowest first. */
  byTime: StatementCount[];
}

/** An idle session reports its statistics after at most this time (pgstat.c). */
const IDLE_SESSION_REPORTS_AFTER_MS = 10_500;

/**
 * Measures the services' use of Postgres. Connects as the owner to another database of the same server, and leaves out the
 * owner's statements, so that its own queries are not counted.
 */
export class DatabaseWatcher {
  readonly #watched: string;
  readonly #client: pg.Client;
  readonly #dataClient: pg.Client;

  static async connect(databaseUrl: string): Promise<DatabaseWatcher> {
    const watched = new URL(databaseUrl).pathname.slice(1);
    const elsewhere = new URL(databaseUrl);
    elsewhere.pathname = '/postgres';
    const client = new pg.Client({ connectionString: elsewhere.href });
    const dataClient = new pg.Client({ connectionString: databaseUrl });
    for (const each of [client, dataClient]) {
      // The query that fails when the connection ends reports the error.
      each.on('error', () => {});
      await each.connect();
    }
    await client.query('create extension if not exists pg_stat_statements');
    return new DatabaseWatcher(watched, client, dataClient);
  }

  private constructor(watched: string, client: pg.Client, dataClient: pg.Client) {
    this.#watched = watched;
    this.#client = client;
    this.#dataClient = dataClient;
  }

  async settings(): Promise<{ version: string; settings: Record<string, string> }> {
    const { rows } = await this.#client.query<{ name: string; value: string }>(
      `select name, current_setting(name) as value from pg_settings
       where name in ('server_version', 'fsync', 'synchronous_commit', 'shared_buffers', 'full_page_writes')`,
    );
    const { server_version: version = '', ...settings } = Object.fromEntries(
      rows.map(({ name, value }) => [name, value]),
    );
    return { version, settings };
  }

  async snapshot(): Promise<DatabaseSnapshot> {
    const { rows: statements } = await this.#client.query<StatementCount>(
      `select query as text, sum(calls)::float8 as calls, sum(total_exec_time)::float8 as "totalMs",
              sum(rows)::float8 as rows
       from pg_stat_statements
       where dbid = (select oid from pg_database where datname = $1)
         and userid <> (select oid from pg_roles where rolname = current_user)
       group by query`,
      [this.#watched],
    );
    const { rows } = await this.#client.query<{ walBytes: number; writingTransactions: number }>(
      `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as "walBytes",
              pg_snapshot_xmax(pg_current_snapshot())::text::float8 as "writingTransactions"`,
    );
    const counters = rows[0] as { walBytes: number; writingTransactions: number };
    return { statements, ...counters };
  }

  /**
   * The number of transactions of the watched database, including read-only ones and those of Postgres itself. Exact only
   * when every session has been idle for `settleMs`, so call it while the services are paused.
   */
  async countTransactions(): Promise<number> {
    const { rows } = await this.#client.query<{ commits: number }>(
      'select (xact_commit + xact_rollback)::float8 as commits from pg_stat_database where datname = $1',
      [this.#watched],
    );
    return rows[0]?.commits ?? 0;
  }

  static readonly settleMs = IDLE_SESSION_REPORTS_AFTER_MS;

  /** The number of attempts that are recorded so far, of all events. */
  async countAttempts(): Promise<number> {
    const { rows } = await this.#dataClient.query<{ count: number }>(
      'select count(*)::float8 as count from attempts',
    );
    return rows[0]?.count ?? 0;
  }

  /** The number of connections of a service. */
  async countConnections(applicationName: string): Promise<number> {
    const { rows } = await this.#client.query<{ count: number }>(
      'select count(*)::integer as count from pg_stat_activity where application_name = $1',
      [applicationName],
    );
    return rows[0]?.count ?? 0;
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.end(), this.#dataClient.end()]);
  }
}

export function activityBetween(before: DatabaseSnapshot, after: DatabaseSnapshot): DatabaseActivity {
  const earlier = new Map(before.statements.map((statement) => [statement.text, statement]));
  const statements = after.statements
    .map((statement) => {
      const then = earlier.get(statement.text);
      return {
        text: statement.text,
        calls: statement.calls - (then?.calls ?? 0),
        totalMs: statement.totalMs - (then?.totalMs ?? 0),
        rows: statement.rows - (then?.rows ?? 0),
      };
    })
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.totalMs - a.totalMs);
  return {
    statements: statements.reduce((sum, { calls }) => sum + calls, 0),
    writingTransactions: after.writingTransactions - before.writingTransactions,
    walBytes: after.walBytes - before.walBytes,
    byTime: statements,
  };
}
