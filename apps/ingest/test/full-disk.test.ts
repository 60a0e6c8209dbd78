import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS_STREAM } from '@hookline/contracts';
import { until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, type Replica } from './harness.ts';
import { signGithub } from './sign.ts';

const secret = 's';
const environmentSecrets = new Map([['github', { secrets: [secret], verifyTokens: [] }]]);
const PATH = '/api/webhooks/github/acme';
const DISK_BYTES = 24 * 1024 * 1024;
const EVENT_BYTES = 200_000;

/** A small disk for the test; undefined if none can be mounted. */
function mountDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'hookline-test', directory], {
      stdio: 'ignore',
    });
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  });
  return directory;
}

let sent = 0;

/** @returns the status */
async function deliver(replica: Replica, bytes = 10): Promise<number> {
  const body = JSON.stringify({ n: sent++, filler: 'x'.repeat(bytes) });
  return (await replica.deliver(PATH, signGithub({ secret, body }))).status;
}

async function readJetStream(replica: Replica): Promise<{ status: number; ok: boolean; problem?: string }> {
  const { status, json } = await replica.call('GET', '/readyz');
  return { status, ...json.checks.jetstream };
}

const untilStored = (replica: Replica) =>
  until(async () => (await readJetStream(replica)).ok, {
    timeoutMs: 60_000,
    what: 'ingest to find out that JetStream stores events',
  });

const untilRefused = (replica: Replica) =>
  until(
    async () => {
      const state = await readJetStream(replica);
      return state.ok ? undefined : state;
    },
    { timeoutMs: 60_000, what: 'ingest to find out that JetStream stores nothing' },
  );

test('after a full disk ingest is not ready until NATS is restarted, tells the operator what to do, and has lost no event', async (context) => {
  const disk = mountDisk();
  if (disk === undefined) return context.skip('only root on Linux may mount a small disk');
  const harness = await createHarness({ natsDirectory: disk, environmentSecrets, publishDeadlineMs: 3_000 });
  const replica = await harness.startReplica();
  expect(await deliver(replica)).toBe(200);
  expect(await readJetStream(replica)).toEqual({ status: 200, ok: true });
  const other = join(disk, 'other');
  writeFileSync(other, Buffer.alloc(DISK_BYTES - 10 * EVENT_BYTES));

  let accepted = 1;
  for (; (await deliver(replica, EVENT_BYTES)) === 200; accepted++) expect(accepted).toBeLessThan(50);
  const refused = await untilRefused(replica);
  expect(refused.status).toBe(503);
  expect(refused.problem).toContain("free disk space in the directory of NATS's streams, then restart NATS");
  const { text } = await replica.call('GET', '/metrics');
  expect(text).toMatch(/hookline_ingest_store_refuses\{[^}]*\} 1\n/);

  // Free space alone does not help: nats-server has disabled the stream.
  truncateSync(other);
  expect(await deliver(replica)).toBe(503);
  expect((await readJetStream(replica)).ok).toBe(false);

  await harness.nats.restart();
  await untilStored(replica);
  expect((await replica.call('GET', '/readyz')).status).toBe(200);
  expect(await deliver(replica)).toBe(200);
  // A refused event may be stored nevertheless; its sender sends it again.
  expect((await harness.readEvents()).length).toBeGreaterThanOrEqual(accepted + 1);
});

test('ingest is not ready while the stream is full, and becomes ready by itself when the stream has space again', async () => {
  const harness = await createHarness({
    environmentSecrets,
    publishDeadlineMs: 600,
    streams: { replicas: 1, maxAgeMs: 3_600_000, maxBytes: 1_000_000, duplicateWindowMs: 600_000 },
  });
  const replica = await harness.startReplica();
  while ((await deliver(replica, EVENT_BYTES)) === 200);
  const refused = await untilRefused(replica);
  expect(refused.status).toBe(503);
  expect(refused.problem).toContain('maximum bytes exceeded');
  await (await harness.openBus()).manager.streams.purge(EVENTS_STREAM);
  await untilStored(replica);
  expect(await deliver(replica)).toBe(200);
});

test('with a journal ingest stays ready while JetStream stores no events, and /readyz reports the problem', async () => {
  const journalDirectory = mkdtempSync(join(tmpdir(), 'hookline-journal-'));
  onTestFinished(() => rmSync(journalDirectory, { recursive: true }));
  const harness = await createHarness({
    environmentSecrets,
    publishDeadlineMs: 600,
    journal: { directory: journalDirectory, maxBytes: 10_000_000 },
    streams: { replicas: 1, maxAgeMs: 3_600_000, maxBytes: 400_000, duplicateWindowMs: 600_000 },
  });
  const replica = await harness.startReplica();
  for (let n = 0; n < 3; n++) expect(await deliver(replica, EVENT_BYTES)).toBe(200);
  const refused = await untilRefused(replica);
  expect(refused.status).toBe(200);
  const { manager } = await harness.openBus();
  await until(
    async () => {
      // The events in the journal fill the stream again.
      await manager.streams.purge(EVENTS_STREAM);
      return (await readJetStream(replica)).ok;
    },
    { what: 'ingest to find out that JetStream stores events' },
  );
});
