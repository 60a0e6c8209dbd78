import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { type Nats, type NatsOptions, silentLog, startNats } from '../src/index.ts';

let dir: string;
let running: Nats[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hookline-nats-'));
});
afterEach(async () => {
  for (const nats of running) await nats.stop();
  running = [];
  rmSync(dir, { recursive: true, force: true });
});

async function start(options: Partial<NatsOptions> = {}): Promise<Nats> {
  const nats = await startNats({
    bin: inject('natsServerPath'),
    dir,
    sync: 'always',
    log: silentLog,
    ...options,
  });
  running.push(nats);
  return nats;
}

/** The first line that a NATS server sends: its features and limits. */
async function readInfo(port: number): Promise<{ jetstream: boolean; max_payload: number; host: string }> {
  const socket = connect(port, '127.0.0.1');
  try {
    for await (const chunk of socket)
      return JSON.parse(
        String(chunk)
          .replace(/^INFO /, '')
          .trim(),
      );
  } finally {
    socket.destroy();
  }
  throw new Error('the server sent nothing');
}

const readJetStream = async (nats: Nats) => await (await fetch(`${nats.monitorUrl}/jsz`)).json();

describe('nats-server', () => {
  it('listens on loopback with JetStream, accepts payloads of 8 MiB, and syncs each message before it acknowledges it', async () => {
    const nats = await start();
    expect(await readInfo(nats.port)).toMatchObject({
      jetstream: true,
      max_payload: 8 * 1024 * 1024,
      host: '127.0.0.1',
    });
    expect(await readJetStream(nats)).toMatchObject({ config: { sync_always: true } });
  });

  it('uses the sync interval of the server with `sync: default`, and applies a limit of disk space', async () => {
    const nats = await start({ sync: 'default', maxFileBytes: 123_456_789 });
    const { config } = (await readJetStream(nats)) as { config: Record<string, unknown> };
    expect(config['sync_always']).toBeUndefined();
    expect(config['max_storage']).toBe(123_456_789);
  });

  it('starts on the same ports after SIGKILL', async () => {
    const first = await start();
    await first.kill();
    const monitorPort = Number(new URL(first.monitorUrl).port);
    const second = await start({ port: first.port, monitorPort });
    expect(second.url).toBe(first.url);
    expect((await fetch(`${second.monitorUrl}/healthz`)).status).toBe(200);
  });

  it('stops gracefully', async () => {
    const nats = await start();
    expect(await nats.stop()).toMatchObject({ signal: null, forced: false });
  });

  it('reports the last lines of output when nats-server does not start', async () => {
    const first = await start();
    await expect(start({ dir: join(dir, 'second'), port: first.port })).rejects.toMatchObject({
      code: 'nats_failed',
      message: expect.stringContaining('address already in use'),
    });
  });
});
