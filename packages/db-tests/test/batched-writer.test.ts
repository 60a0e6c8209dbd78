import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BatchedWriterOptions,
  createBatchedWriter,
  createDatabase,
  type Database,
  isDataRefusal,
  migrateDatabase,
  rowSet,
  statement,
} from '@hookline/db';
import { until } from '@hookline/testkit';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { startOwnPostgres } from './support/start-own-postgres.ts';
import { useDatabase } from './support/use-database.ts';

const { open } = useDatabase();

const CREATE_TABLE = `
create table written (n integer primary key check (n >= 0), label text not null);
grant select, insert on written to hookline_system`;

const ROW = rowSet({ n: 'integer', label: 'text' });
const INSERT = statement({ rows: ROW }, ({ rows }) => `insert into written select * from ${rows('r')}`);

interface Item {
  n: number;
  label: string;
}
const itemOf = (n: number): Item => ({ n, label: `item ${n}` });
const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => itemOf(from + index));

/** A writer to `written`, with what it reported. */
function startWriter(database: Database, options: Partial<BatchedWriterOptions<Item, void>> = {}) {
  const statements: number[][] = [];
  const rejected: { n: number; error: unknown }[] = [];
  const failed: { items: number[]; error: unknown }[] = [];
  const ended: number[][] = [];
  const retries: unknown[] = [];
  const numbersOf = (items: readonly Item[]) => items.map(({ n }) => n);
  const writer = createBatchedWriter<Item>({
    gatherMs: 5,
    enough: 1_000,
    maxItems: 1_000,
    maxConcurrent: 2,
    onRetry: (error) => retries.push(error),
    async write(rows) {
      statements.push(numbersOf(rows));
      await INSERT.run(database, { rows });
    },
    onRejected({ n }, error) {
      rejected.push({ n, error });
      return undefined;
    },
    onFailed: (items, error) => failed.push({ items: numbersOf(items), error }),
    onBatchEnd: (items) => void ended.push(numbersOf(items)),
    ...options,
  });
  return { writer, statements, rejected, failed, ended, retries };
}

let owner: pg.Client;

async function openEmpty(): Promise<Database> {
  const opened = await open();
  owner = opened.owner;
  await owner.query(`drop table if exists written; ${CREATE_TABLE}`);
  return opened.database;
}

async function readWritten(client: pg.Client = owner): Promise<Item[]> {
  return (await client.query<Item>('select n, label from written order by n')).rows;
}

test('one item among 500 that Postgres refuses is found by bisecting, and the other 499 are written', async () => {
  const { writer, statements, rejected, failed, ended } = startWriter(await openEmpty());
  const items = range(500);
  writer.add(items.with(321, { n: -1, label: 'refused' }));
  expect(writer.pending).toBe(500);
  await writer.drain();
  expect(await readWritten()).toEqual(items.toSpliced(321, 1));
  expect(rejected).toEqual([{ n: -1, error: expect.objectContaining({ code: '23514' }) }]);
  expect(failed).toEqual([]);
  // Both halves, nine times.
  expect(statements.length).toBeLessThanOrEqual(1 + 2 * 9);
  expect(ended.flat()).toHaveLength(500);
  expect(writer.pending).toBe(0);
});

test('an item that was rejected is written in the form that takes its place', async () => {
  const rejected: Item[] = [];
  const { writer, failed } = startWriter(await openEmpty(), {
    onRejected(item) {
      rejected.push(item);
      return item.n < 0 ? { n: -item.n, label: `${item.label}, reduced` } : undefined;
    },
  });
  // The replacement of the second is refused as well, because its number is taken.
  writer.add([itemOf(1), { n: -7, label: 'a' }, { n: -1, label: 'b' }, itemOf(3)]);
  await writer.drain();
  expect(await readWritten()).toEqual([itemOf(1), itemOf(3), { n: 7, label: 'a, reduced' }]);
  expect(rejected.map(({ n }) => n)).toEqual([-7, -1, 1]);
  expect(failed).toEqual([]);
});

test('an error that is thrown synchronously for one item rejects that item, and the others are written', async () => {
  const database = await openEmpty();
  const defect = new TypeError('no such field');
  const { writer, rejected, failed } = startWriter(database, {
    write(rows) {
      if (rows.some(({ n }) => n === 4)) throw defect;
      return INSERT.run(database, { rows }).then(() => {});
    },
  });
  writer.add(range(10));
  await writer.drain();
  expect((await readWritten()).map(({ n }) => n)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9]);
  expect(rejected).toEqual([{ n: 4, error: defect }]);
  expect(isDataRefusal(defect)).toBe(false);
  expect(failed).toEqual([]);
});

test('an error that is about no item fails the batch after a few statements, and later batches are written', async () => {
  const { writer, statements, rejected, failed } = startWriter(await openEmpty());
  await owner.query('revoke insert on written from hookline_system');
  writer.add(range(500));
  await writer.drain();
  await owner.query('grant insert on written to hookline_system');
  expect(statements.length).toBeLessThan(30);
  const denied = expect.objectContaining({ code: '42501' });
  for (const { error } of [...rejected, ...failed]) expect(error).toEqual(denied);
  // Each item is accounted for exactly once.
  const numbers = [...rejected.map(({ n }) => n), ...failed.flatMap(({ items }) => items)];
  expect(numbers.sort((a, b) => a - b)).toEqual(range(500).map(({ n }) => n));
  expect(rejected).toHaveLength(3);

  writer.add(range(5));
  await writer.drain();
  expect(await readWritten()).toEqual(range(5));
});

test('while Postgres is unavailable, items wait, their source is told to wait, and each is written once', async () => {
  const postgres = await startOwnPostgres();
  const password = 'only-for-this-test';
  await migrateDatabase({ ownerUrl: postgres.url, serviceRole: { name: 'hookline_service', password } });
  const ownerOf = async () => {
    const client = new pg.Client({ connectionString: postgres.url });
    client.on('error', () => {});
    await client.connect();
    onTestFinished(() => client.end().catch(() => {}));
    return client;
  };
  await (await ownerOf()).query(CREATE_TABLE);
  const url = new URL(postgres.url);
  url.username = 'hookline_service';
  url.password = password;
  const database = createDatabase({
    url: url.href,
    applicationName: 'batched-writer-test',
    onConnectionError: () => {},
  });
  onTestFinished(() => database.close());
  const { writer, failed, rejected, retries } = startWriter(database, { maxItems: 50, maxPending: 100 });
  writer.add(range(10));
  await writer.drain();

  await postgres.kill();
  for (let n = 10; n < 210; n++) writer.add([itemOf(n)]);
  let hasCapacity = false;
  const capacity = writer.waitForCapacity().then(() => {
    hasCapacity = true;
  });
  const retriesBefore = retries.length;
  await until(() => retries.length >= retriesBefore + 4, { what: 'four retries without Postgres' });
  expect(writer.pending).toBe(200);
  expect(hasCapacity).toBe(false);
  await postgres.start();
  await capacity;
  expect(writer.pending).toBeLessThanOrEqual(100);
  await writer.drain();
  expect(await readWritten(await ownerOf())).toEqual(range(210));
  expect([...failed, ...rejected]).toEqual([]);
});

test('when it is stopped it does not wait for Postgres, and every item that waits fails after one attempt', async () => {
  const database = createDatabase({
    // Nobody listens there.
    url: 'postgres://hookline_service@127.0.0.1:1/none',
    applicationName: 'batched-writer-test',
    onConnectionError: () => {},
  });
  onTestFinished(() => database.close());
  const stopping = new AbortController();
  const { writer, failed, statements } = startWriter(database, {
    maxItems: 10,
    maxConcurrent: 1,
    signal: stopping.signal,
  });
  writer.add(range(5));
  writer.add(range(100, 5));
  writer.add(range(5, 105));
  await until(() => statements.length >= 3, { what: 'three attempts' });
  stopping.abort();
  const stoppedAtMs = performance.now();
  await writer.drain();
  expect(performance.now() - stoppedAtMs).toBeLessThan(1_000);
  expect(failed.flatMap(({ items }) => items)).toEqual(range(110).map(({ n }) => n));
  // One last attempt for the batch under way, none for the others.
  expect(new Set(statements.map((numbers) => numbers.length))).toEqual(new Set([5]));
});

test('a batch has no more items and bytes than allowed, and a group stays together', async () => {
  const limits = { maxItems: 10, maxConcurrent: 1, enough: 1 };
  const byItems = startWriter(await openEmpty(), limits);
  const groups = [4, 4, 4, 12, 1, 9, 1];
  let from = 0;
  for (const size of groups) {
    byItems.writer.add(range(size, from));
    from += size;
  }
  await byItems.writer.drain();
  // The first is written at once, alone; a group that is larger than a batch makes a batch of its own.
  expect(byItems.statements.map(({ length }) => length)).toEqual([4, 8, 12, 10, 1]);
  expect(await readWritten()).toEqual(range(35));

  const byBytes = startWriter(await openEmpty(), {
    ...limits,
    maxBytes: 100,
    bytesOf: ({ label }) => label.length,
  });
  for (const [n, bytes] of [1, 60, 40, 1, 250, 99, 1, 1].entries()) {
    byBytes.writer.add([{ n, label: 'x'.repeat(bytes) }]);
  }
  await byBytes.writer.drain();
  expect(byBytes.statements).toEqual([[0], [1, 2], [3], [4], [5, 6], [7]]);
});

test('items gather until there are enough or their time is over, and draining writes them at once', async () => {
  const patient = startWriter(await openEmpty(), { gatherMs: 60_000, enough: 3 });
  for (const item of range(3)) patient.writer.add([item]);
  await until(() => patient.writer.pending === 0);
  patient.writer.add([itemOf(3)]);
  await sleep(20);
  expect(patient.statements).toEqual([[0, 1, 2]]);
  await patient.writer.drain();
  expect(patient.statements).toEqual([[0, 1, 2], [3]]);
  await patient.writer.drain();

  const quick = startWriter(await openEmpty(), { gatherMs: 10 });
  for (const item of range(3)) quick.writer.add([item]);
  await until(() => quick.writer.pending === 0);
  expect(quick.statements).toEqual([[0, 1, 2]]);
  expect(await readWritten()).toEqual(range(3));
});

test('an error in a callback fails its batch, and the writer goes on', async () => {
  const defect = new Error('a defect in a callback');
  const { writer, failed } = startWriter(await openEmpty(), {
    onWritten(items) {
      if (items.some(({ n }) => n === 1)) throw defect;
    },
  });
  writer.add(range(3));
  await writer.drain();
  expect(failed).toEqual([{ items: [0, 1, 2], error: defect }]);
  writer.add(range(2, 3));
  await writer.drain();
  // The statement of the first batch was committed before the callback: it is not run again.
  expect(await readWritten()).toEqual(range(5));
  expect(failed).toHaveLength(1);
});
