import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Postgres, type PostgresOptions, silentLog, startPostgres } from '../src/index.ts';

const unsynced = { fsync: 'off' };
let dir: string;
let running: Postgres[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hookline-postgres-'));
  // For root, Postgres runs as another user, who must be able to enter the directory.
  await chmod(dir, 0o711);
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  running = [];
  rmSync(dir, { recursive: true, force: true });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<Postgres> {
  const postgres = await startPostgres({
    dir: join(dir, 'postgres'),
    settings: unsynced,
    log: silentLog,
    ...options,
  });
  running.push(postgres);
  return postgres;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('embedded Postgres', () => {
  it('keeps its data between runs and after SIGKILL, on the same port', async () => {
    const first = await start({ settings: {} });
    await query(first.url, 'create table kept as select 1 as n');
    await first.kill();
    const second = await start({ port: first.port, settings: {} });
    expect(second.port).toBe(first.port);
    await query(second.url, 'insert into kept values (2)');
    expect(await second.stop()).toEqual({ code: 0, signal: null, forced: false });
    const third = await start();
    expect(await query(third.url, 'select n from kept order by n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('syncs every commit by default, has statement statistics, and listens on loopback only', async () => {
    const { url } = await start({ settings: {} });
    const names = [
      'fsync',
      'synchronous_commit',
      'listen_addresses',
      'unix_socket_directories',
      'max_connections',
    ];
    const rows = await query(
      url,
      `select name, setting from pg_settings where name in ('${names.join("','")}')`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '200',
    });
    await query(url, 'create extension pg_stat_statements');
    expect(await query(url, 'select from pg_stat_statements limit 1')).toHaveLength(1);
  });

  it('refuses a wrong password, and explains a start with another password than that of the data', async () => {
    const { url } = await start({ password: 'a b/c' });
    await expect(query(url.replace('a%20b%2Fc', 'wrong'), 'select 1')).rejects.toThrow(
      'password authentication failed',
    );
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await running[0]?.stop();
    await expect(start({ password: 'other' })).rejects.toMatchObject({
      code: 'postgres_failed',
      message: expect.stringContaining('another password'),
    });
  });

  it('refuses data that another postmaster uses, and names the pid of that postmaster', async () => {
    const first = await start();
    await expect(start()).rejects.toMatchObject({
      code: 'postgres_running',
      message: expect.stringContaining(`in use by process ${first.pid}`),
    });
  });

  it('starts although the pid of a dead postmaster now belongs to another process', async () => {
    const first = await start();
    const lockFile = join(dir, 'postgres', 'data', 'postmaster.pid');
    await first.kill();
    const lines = (await readFile(lockFile, 'utf8')).split('\n');
    writeFileSync(lockFile, [process.pid, ...lines.slice(1)].join('\n'));
    const second = await start();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('reports the last lines of output when Postgres does not start', async () => {
    await expect(start({ settings: { shared_buffers: '1kB' } })).rejects.toMatchObject({
      code: 'postgres_failed',
      message: expect.stringContaining('shared_buffers'),
    });
  });

  it('names the port that is in use', async () => {
    const first = await start();
    await expect(start({ dir: join(dir, 'second'), port: first.port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining(String(first.port)),
    });
  });
});
