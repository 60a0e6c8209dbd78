import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createAddressGuard, type ResolveHost } from '@hookline/outbound';
import { type CertificateAuthority, createCertificateAuthority, until } from '@hookline/testkit';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createSender, type OutgoingRequest, type SenderOptions } from './send-request.ts';

let authority: CertificateAuthority;
beforeAll(async () => {
  authority = await createCertificateAuthority();
});

async function listen(server: Server | Http2SecureServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

function startSender(options: SenderOptions & { resolve?: ResolveHost } = {}) {
  const { resolve, ...rest } = options;
  const guard = createAddressGuard({ allowPrivate: true, ...(resolve ? { resolve } : {}) });
  const sender = createSender(guard, { certificateAuthorities: authority.cert, ...rest });
  onTestFinished(() => sender.close());
  const send = async (url: string, more: Partial<OutgoingRequest> = {}) => {
    const result = await sender.send({
      method: 'POST',
      url: new URL(url),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from('{}'),
      timeoutMs: 5_000,
      partition: 'tenant',
      ...more,
    });
    // Undici lets a connection rest for a turn of the event loop, to see whether it is closed.
    for (let turns = 0; turns < 2; turns++) await new Promise(setImmediate);
    return result;
  };
  return { sender, send };
}

async function startHttp(answer: RequestListener) {
  const connections: Socket[] = [];
  const server = createServer(answer);
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket) => connections.push(socket));
  return { url: `http://127.0.0.1:${await listen(server)}/`, server, connections };
}

async function startHttp2(onStream: (stream: ServerHttp2Stream, n: number) => void) {
  const server = createSecureServer({ ...(await authority.issue()), allowHTTP1: true });
  let n = 0;
  let sessions = 0;
  server.on('session', () => sessions++);
  server.on('sessionError', () => {});
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    onStream(stream, ++n);
  });
  return { url: `https://localhost:${await listen(server)}/`, requests: () => n, sessions: () => sessions };
}

const ok = (stream: ServerHttp2Stream) => {
  stream.respond({ ':status': 200, 'x-kind': 'h2' });
  stream.end('ok');
};

test('a request whose deadline passes before it has a connection is never sent', async () => {
  let requests = 0;
  const { url, server } = await startHttp((_request, response) => {
    requests++;
    response.end();
  });
  const connected = once(server, 'connection');
  const namesToResolve: (() => void)[] = [];
  const { send } = startSender({
    resolve: () =>
      new Promise((resolve) => {
        namesToResolve.push(() => resolve([{ address: '127.0.0.1', family: 4 }]));
      }),
  });
  const named = url.replace('127.0.0.1', 'slow-name.hookline.dev');

  const late = await send(named, { timeoutMs: 50 });
  expect(late).toMatchObject({ status: undefined, failure: { code: 'timeout' } });
  const next = send(named);
  await until(() => namesToResolve.length === 2, { what: 'the second look-up' });
  for (const resolve of namesToResolve) resolve();
  await connected;
  expect(await next).toMatchObject({ status: 200, failure: undefined });
  expect(requests).toBe(1);
});

describe('the times of a connection', () => {
  test('a new connection has the times of its steps, and an open one has none', async () => {
    const server = createTlsServer(await authority.issue(), (_request, response) => void response.end('ok'));
    const url = `https://localhost:${await listen(server)}/`;
    const { send } = startSender({
      resolve: async () => {
        await wait(30);
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    const first = await send(url);
    expect(first).toMatchObject({ status: 200, responseEnd: 'complete', failure: undefined });
    const { dnsMs = 0, connectMs = -1, tlsMs = 0, ...made } = first.connection ?? {};
    expect(made).toEqual({ isReused: false, httpVersion: '1.1' });
    expect(dnsMs).toBeGreaterThanOrEqual(25);
    expect(connectMs).toBeGreaterThanOrEqual(0);
    expect(tlsMs).toBeGreaterThan(0);
    expect(first.firstByteMs).toBeGreaterThanOrEqual(dnsMs + connectMs + tlsMs - 1);
    expect(first.durationMs).toBeGreaterThanOrEqual(first.firstByteMs ?? Number.NaN);

    expect((await send(url)).connection).toEqual({
      isReused: true,
      httpVersion: '1.1',
      dnsMs: undefined,
      connectMs: undefined,
      tlsMs: undefined,
    });
  });

  test('a literal address has no DNS time, and http no TLS time', async () => {
    const { url } = await startHttp((_request, response) => void response.end());
    const { connection } = await startSender().send(url);
    expect(connection).toMatchObject({ dnsMs: undefined, tlsMs: undefined, httpVersion: '1.1' });
    expect(connection?.connectMs).toBeGreaterThanOrEqual(0);
  });

  test('a failed connection has the times of the steps that succeeded', async () => {
    const server = createTlsServer(await authority.issue({ hosts: ['elsewhere.hookline.dev'] }));
    const { connection, failure } = await startSender().send(`https://127.0.0.1:${await listen(server)}/`);
    expect(failure?.code).toBe('certificate_mismatch');
    expect(connection).toMatchObject({ isReused: false, tlsMs: undefined });
    expect(connection?.connectMs).toBeGreaterThanOrEqual(0);
  });
});

describe('HTTP/2', () => {
  test('HTTP/2 is used where the receiver offers it, with many requests over one connection', async () => {
    const { url, sessions } = await startHttp2(ok);
    const { send, sender } = startSender();
    const first = await send(url);
    expect(first).toMatchObject({ status: 200, headers: { 'x-kind': 'h2' }, failure: undefined });
    expect(first.connection).toMatchObject({ httpVersion: '2', isReused: false });
    const others = await Promise.all(Array.from({ length: 20 }, () => send(url)));
    for (const other of others)
      expect(other).toMatchObject({ status: 200, connection: { httpVersion: '2', isReused: true } });
    expect(sessions()).toBe(1);
    expect(sender.sockets).toBe(1);
  });

  test('requests made before the protocol is negotiated are all sent', async () => {
    const { url, requests } = await startHttp2(ok);
    const { send } = startSender();
    const results = await Promise.all(Array.from({ length: 20 }, () => send(url)));
    expect(results.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(requests()).toBe(20);
  });

  test('GOAWAY between two requests: the next goes over a new connection', async () => {
    const { url, sessions } = await startHttp2((stream, n) => {
      ok(stream);
      if (n === 1) stream.on('close', () => stream.session?.goaway(0));
    });
    const { send } = startSender();
    expect((await send(url)).status).toBe(200);
    expect(await send(url)).toMatchObject({ status: 200, failure: undefined });
    expect(sessions()).toBeLessThanOrEqual(2);
  });

  test('GOAWAY that refuses a request under way: it goes out again over a new connection', async () => {
    const { url, sessions } = await startHttp2((stream, n) => {
      // All up to the first stream, which is number 1, have been seen to.
      if (n === 2) stream.session?.goaway(0, 1);
      else ok(stream);
    });
    const { send } = startSender();
    await send(url);
    expect(await send(url)).toMatchObject({ status: 200, failure: undefined });
    expect(sessions()).toBe(2);
  });

  test('RST_STREAM is a reset, and the connection goes on', async () => {
    const { url, sessions } = await startHttp2((stream, n) => {
      // INTERNAL_ERROR
      if (n === 1) stream.close(2);
      else ok(stream);
    });
    const { send } = startSender();
    const reset = await send(url);
    expect(reset).toMatchObject({ status: undefined, failure: { code: 'connection_reset' } });
    expect(await send(url)).toMatchObject({ status: 200 });
    expect(sessions()).toBe(1);
  });

  test('a session that is lost is a reset, and the next request gets a new one', async () => {
    const { url } = await startHttp2((stream, n) => {
      if (n === 1) stream.session?.destroy();
      else ok(stream);
    });
    const { send } = startSender();
    expect(await send(url)).toMatchObject({ status: undefined, failure: { code: 'connection_reset' } });
    expect(await send(url)).toMatchObject({ status: 200 });
  });

  test('a peer that vanished does not swallow the next request', async () => {
    const { url, sessions } = await startHttp2((stream, n) => {
      if (n !== 1) ok(stream);
    });
    const { send } = startSender();
    expect(await send(url, { timeoutMs: 200 })).toMatchObject({ failure: { code: 'timeout' } });
    expect(await send(url)).toMatchObject({ status: 200, connection: { isReused: false } });
    expect(sessions()).toBe(2);
  });

  test('an endless body is cut off, and the connection goes on', async () => {
    const { url, sessions } = await startHttp2((stream, n) => {
      if (n !== 1) {
        ok(stream);
        return;
      }
      stream.respond({ ':status': 200 });
      const chunk = Buffer.alloc(16_384, 'x');
      const fill = () => {
        while (!stream.destroyed && stream.write(chunk));
      };
      stream.on('drain', fill);
      fill();
    });
    const { send } = startSender();
    const endless = await send(url);
    expect(endless).toMatchObject({ status: 200, responseEnd: 'cut', failure: undefined });
    expect(endless.body).toHaveLength(16_384);
    expect(await send(url)).toMatchObject({ status: 200, connection: { isReused: true } });
    expect(sessions()).toBe(1);
  });
});

describe('a connection that is kept open', () => {
  test('closed by the receiver just as a request is sent: the request is sent once more', async () => {
    let requests = 0;
    const { url, connections } = await startHttp((request, response) => {
      requests++;
      // The second request of a connection finds nobody.
      if (connections.at(-1) === request.socket && requests === 2) request.socket.destroy();
      else response.end('ok');
    });
    const { send } = startSender();
    expect((await send(url)).status).toBe(200);
    expect(await send(url)).toMatchObject({
      status: 200,
      failure: undefined,
      connection: { isReused: false },
    });
    expect(connections).toHaveLength(2);
  });

  test('closed by the receiver again and again: the attempt fails with connection_reset', async () => {
    let requests = 0;
    const { url } = await startHttp((request, response) => {
      if (++requests > 1) request.socket.destroy();
      else response.end('ok');
    });
    const { send } = startSender();
    await send(url);
    expect(await send(url)).toMatchObject({ failure: { code: 'connection_reset' } });
    expect(requests).toBe(3);
  });

  test('is closed when it is idle, and its pool goes with it', async () => {
    const { url } = await startHttp((_request, response) => void response.end());
    const { sender, send } = startSender({ keepAliveMs: 100 });
    await Promise.all([send(url), send(url), send(url)]);
    expect(sender.sockets).toBe(3);
    await until(() => sender.sockets === 0, { what: 'idle connections to close' });
    expect(sender.pools).toBe(0);
  });

  test('beyond a number over all receivers, the least recently used is closed', async () => {
    const receivers = await Promise.all(
      Array.from({ length: 6 }, () => startHttp((_request, response) => void response.end())),
    );
    const { sender, send } = startSender({ maxIdleSockets: 3 });
    for (const { url } of receivers) await send(url);
    await until(() => sender.sockets <= 3, { what: 'idle connections to be trimmed' });
    const [oldest, , , , , newest] = receivers;
    expect((await send(newest?.url ?? '')).connection?.isReused).toBe(true);
    expect((await send(oldest?.url ?? '')).connection?.isReused).toBe(false);
  });

  test('is not shared by two tenants', async () => {
    const { url, connections } = await startHttp((_request, response) => void response.end());
    const { send } = startSender();
    await send(url, { partition: 'a' });
    expect((await send(url, { partition: 'b' })).connection?.isReused).toBe(false);
    expect((await send(url, { partition: 'a' })).connection?.isReused).toBe(true);
    expect(connections).toHaveLength(2);
  });

  test('a failed connection leaves nothing behind', async () => {
    const { url, server } = await startHttp(() => {});
    await new Promise((resolve) => server.close(resolve));
    const { sender, send } = startSender();
    expect(await send(url)).toMatchObject({ failure: { code: 'connection_refused' } });
    await until(() => sender.pools === 0 && sender.sockets === 0, { what: 'the pool to go' });
  });
});

test('a host name that resolves to another address later: the open connection keeps its checked address', async () => {
  let lookups = 0;
  const { url, connections } = await startHttp((_request, response) => void response.end());
  const guard = createAddressGuard({
    allowPrivate: false,
    // Stands for a public address.
    allow: ['127.0.0.1'],
    ports: [Number(new URL(url).port)],
    resolve: async () => [{ address: ++lookups === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }],
  });
  const sender = createSender(guard, { keepAliveMs: 100 });
  onTestFinished(() => sender.close());
  const send = () =>
    sender.send({
      method: 'POST',
      url: new URL(url.replace('127.0.0.1', 'rebind.customer.com')),
      headers: {},
      body: Buffer.from('{}'),
      timeoutMs: 5_000,
      partition: 'tenant',
    });
  expect((await send()).status).toBe(200);
  expect(lookups).toBe(1);
  await until(() => sender.sockets === 0, { what: 'the connection to close' });
  const refused = await send();
  expect(refused).toMatchObject({ status: undefined, failure: { code: 'address_not_allowed' } });
  expect(refused.failure?.message).not.toContain('169.254');
  expect(lookups).toBe(2);
  expect(connections).toHaveLength(1);
});

describe('a client certificate', () => {
  async function startStrict() {
    const server = createTlsServer(
      { ...(await authority.issue()), ca: authority.cert, requestCert: true, rejectUnauthorized: true },
      (request, response) => {
        const { subject } = (request.socket as import('node:tls').TLSSocket).getPeerCertificate();
        response.end(subject.CN);
      },
    );
    server.on('tlsClientError', () => {});
    return `https://localhost:${await listen(server)}/`;
  }

  test("a client certificate is sent to its receiver, and never over another endpoint's connection", async () => {
    const url = await startStrict();
    const { sender, send } = startSender();
    const [shop, bank] = await Promise.all([
      authority.issue({ hosts: ['shop'] }),
      authority.issue({ hosts: ['bank'] }),
    ]);
    const nameAt = async (clientCertificate: OutgoingRequest['clientCertificate']) =>
      (await send(url, { clientCertificate })).body?.toString();
    expect(await nameAt(shop)).toBe('shop');
    expect(await nameAt(bank)).toBe('bank');
    expect(await nameAt({ ...shop })).toBe('shop');
    expect(sender.pools).toBe(2);
  });

  // Node's own servers close the connection without a word; OpenSSL's, as most, send the alert.
  test.skipIf(spawnSync('openssl', ['version']).status !== 0)(
    'that is missing, or of an authority that the receiver does not know, is told',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'hookline-tls-'));
      const server = await authority.issue();
      writeFileSync(join(directory, 'ca'), authority.cert);
      writeFileSync(join(directory, 'cert'), server.cert);
      writeFileSync(join(directory, 'key'), server.key);
      const options = '-cert cert -key key -CAfile ca -Verify 1 -verify_return_error -accept 127.0.0.1:0';
      // It ends with its stdin.
      const child = spawn('openssl', ['s_server', ...options.split(' ')], { cwd: directory });
      onTestFinished(() => {
        child.kill();
        rmSync(directory, { recursive: true });
      });
      const port = await new Promise<string>((resolve) => {
        let text = '';
        child.stdout.on('data', (chunk) => {
          text += chunk;
          const found = /ACCEPT [^\n]*:(\d+)\n/.exec(text)?.[1];
          if (found) resolve(found);
        });
      });
      const stranger = await (await createCertificateAuthority()).issue();
      const { send } = startSender();
      for (const clientCertificate of [undefined, stranger]) {
        const result = await send(`https://localhost:${port}/`, { clientCertificate });
        expect(result).toMatchObject({ status: undefined, failure: { code: 'client_certificate_refused' } });
      }
    },
  );

  test("a client certificate may come with its own authority for the receiver's certificate", async () => {
    const url = await startStrict();
    const client = await authority.issue();
    const other = await createCertificateAuthority();
    const { send } = startSender({ certificateAuthorities: other.cert });
    expect((await send(url, { clientCertificate: client })).failure?.code).toBe('certificate_untrusted');
    const withAuthority = { ...client, ca: authority.cert };
    expect((await send(url, { clientCertificate: withAuthority })).status).toBe(200);
  });

  test('with a client certificate that cannot be read nothing is sent, and the attempt says so', async () => {
    const { key } = await authority.issue();
    const { cert } = await authority.issue();
    const { send } = startSender();
    for (const clientCertificate of [
      { cert: 'x', key },
      { cert, key },
    ]) {
      const { failure } = await send(await startStrict(), { clientCertificate });
      expect(failure?.code).toBe('client_certificate_invalid');
      expect(failure?.message).not.toContain('PRIVATE');
    }
  });
});
