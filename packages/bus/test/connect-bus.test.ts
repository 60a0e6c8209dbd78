import { once } from 'node:events';
import { createServer } from 'node:net';
import { startTestNats, until } from '@hookline/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Bus, type BusOptions, connectBus } from '../src/connect-bus.ts';
import { createTestLogger, startTestBus, withFrozenNats } from './support/start-test-bus.ts';

async function connect(url: string, options: Partial<BusOptions> = {}): Promise<Bus> {
  const { logger } = createTestLogger();
  const bus = await connectBus({ url, name: 'test', logger, onClosed: () => {}, ...options });
  onTestFinished(() => bus.close());
  return bus;
}

/** Resolves with the next change of `connected`. */
function nextChange(bus: Bus): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = bus.onConnectionChange((connected) => {
      stop();
      resolve(connected);
    });
  });
}

describe('the connection', () => {
  it('survives an outage of three seconds, and calls its listeners when it is lost and restored, but not after they are removed', async () => {
    const { nats, bus, log } = await startTestBus();
    const changes: boolean[] = [];
    bus.onConnectionChange((connected) => {
      // The flag is right by the time that anyone is told.
      expect(bus.connected).toBe(connected);
      changes.push(connected);
    });
    const unheard = bus.onConnectionChange(() => expect.unreachable());
    unheard();
    expect(bus.connected).toBe(true);

    const gone = nextChange(bus);
    await nats.kill();
    expect(await gone).toBe(false);
    const startedAt = performance.now();
    await until(() => performance.now() - startedAt > 3_000);
    expect(bus.connected).toBe(false);

    const back = nextChange(bus);
    await nats.restart();
    expect(await back).toBe(true);
    await bus.connection.request('$JS.API.INFO', '', { timeout: 2_000 });
    expect(changes).toEqual([false, true]);
    expect(log.map(({ message }) => message)).toEqual(['disconnected from NATS', 'connected to NATS again']);
  });

  it('is retried without end, although the client stops after ten attempts by default', async () => {
    const bus = await connect((await startTestBus()).nats.url);
    const { options } = bus.connection as unknown as { options: Record<string, unknown> };
    expect(options).toMatchObject({ maxReconnectAttempts: -1, pingInterval: 10_000, maxPingOut: 2 });
  });

  it('waits for a server that is starting, and fails after its time limit', async () => {
    const taken = await startFakeServer('2.11.0');
    const { port } = taken;
    await taken.close();
    const url = `nats://127.0.0.1:${port}`;
    const { log, logger } = createTestLogger();
    await expect(connect(url, { connectTimeoutMs: 600, logger })).rejects.toThrow();
    expect(log.length).toBeGreaterThan(0);

    const connecting = connect(url, { connectTimeoutMs: 20_000 });
    await startFakeServer('2.11.0', port);
    const bus = await connecting;
    expect(bus.connected).toBe(true);
    expect(bus.supportsAtomicBatches).toBe(false);
  });

  it('is refused to a server before 2.10, with both versions and the code server_too_old', async () => {
    const server = await startFakeServer('2.9.10');
    await expect(connect(`nats://127.0.0.1:${server.port}`)).rejects.toMatchObject({
      code: 'server_too_old',
      message: 'nats-server 2.9.10 is too old: Hookline needs 2.10 or newer',
    });
    // Nothing stays open behind the error.
    await until(() => server.connections === 0);
  });

  it('accepts several addresses, and uses the next when one is unavailable', async () => {
    const [first, second] = await Promise.all([startTestNats(), startTestNats()]);
    onTestFinished(async () => {
      await Promise.all([first.stop(), second.stop()]);
    });
    const bus = await connect(`${first.url}, ${second.url}`);
    const current = [first, second].find(({ url }) => url.endsWith(bus.connection.getServer()));
    const other = current === first ? second : first;
    const gone = nextChange(bus);
    await current?.kill();
    expect(await gone).toBe(false);
    await until(() => bus.connected);
    expect(other.url).toContain(bus.connection.getServer());
  });
});

describe('an end that nobody asked for', () => {
  it('calls onClosed once, and the listeners', async () => {
    const { nats } = await startTestBus();
    const closed: unknown[] = [];
    const bus = await connect(nats.url, { onClosed: (error) => closed.push(error) });
    const change = nextChange(bus);
    await bus.connection.close();
    expect(await change).toBe(false);
    await until(() => closed.length > 0);
    expect(closed).toEqual([undefined]);
    expect(bus.connected).toBe(false);
  });
});

describe('close', () => {
  it('flushes published messages, and does not call onClosed', async () => {
    const { nats, bus: receiver } = await startTestBus();
    const closed: unknown[] = [];
    const bus = await connect(nats.url, { onClosed: (error) => closed.push(error) });
    let received = 0;
    receiver.connection.subscribe('test.>', {
      callback: () => {
        received++;
      },
    });
    await receiver.connection.flush();
    for (let index = 0; index < 1_000; index++) bus.connection.publish('test.x');
    await bus.close();
    await until(() => received === 1_000);
    expect(bus.connected).toBe(false);
    expect(closed).toEqual([]);
    await bus.close();
  });

  it('ends within seconds while the server is unavailable, and while it hangs', async () => {
    const { nats, connect: open } = await startTestBus();
    const [whileFrozen, whileGone] = await Promise.all([open(), open()]);
    const startedAt = performance.now();
    await withFrozenNats(nats, () => whileFrozen.close());
    const gone = nextChange(whileGone);
    await nats.kill();
    await gone;
    await whileGone.close();
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });
});

/** Accepts connections as a nats-server of that version would; no more. */
async function startFakeServer(version: string, port = 0) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(`INFO {"server_id":"fake","version":"${version}","headers":true,"max_payload":1048576}\r\n`);
    socket.on('data', (chunk) => {
      for (const _ of chunk.toString('latin1').matchAll(/PING\r\n/g)) socket.write('PONG\r\n');
    });
    socket.on('close', () => open--);
    open++;
  });
  let open = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return {
    port: (server.address() as { port: number }).port,
    get connections() {
      return open;
    },
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
