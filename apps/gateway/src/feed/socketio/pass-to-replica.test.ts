import { createServer, type IncomingMessage, type RequestListener, request as sendRequest } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createReplicaPassage } from './pass-to-replica.ts';

const TOKEN = 'internal-token-of-the-tests';

async function listen(handler: RequestListener): Promise<{ port: number; origin: string }> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, origin: `http://127.0.0.1:${port}` };
}

/** A replica that passes every request on to one address. */
async function listenPassing(target: () => string) {
  const passage = createReplicaPassage(TOKEN);
  onTestFinished(() => passage.close());
  const failures: unknown[] = [];
  const { port } = await listen((request, response) => {
    passage.passRequest(target(), request, response).catch((error: unknown) => {
      failures.push(error);
      response.writeHead(503).end();
    });
  });
  return { port, passage, failures };
}

/** Sends a request with exactly this target, as a client may that is no library. */
function ask(port: number, target: string, headers: Record<string, string> = {}, body?: string) {
  return new Promise<{ status: number | undefined; text: string; headers: IncomingMessage['headers'] }>(
    (resolve, reject) => {
      const request = sendRequest({
        host: '127.0.0.1',
        port,
        path: target,
        method: body === undefined ? 'GET' : 'POST',
        headers,
        agent: false,
      });
      request.once('response', (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        answer.once('end', () => resolve({ status: answer.statusCode, text, headers: answer.headers }));
      });
      request.once('error', reject);
      request.end(body);
    },
  );
}

test("a request is passed on with its body, its headers and the internal token, but without the caller's own x-hookline headers", async () => {
  const seen: { url: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const peer = await listen((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ url: request.url, headers: request.headers, body });
      response.writeHead(201, { 'x-answer': 'yes', 'content-type': 'text/plain' }).end('done');
    });
  });
  const { port } = await listenPassing(() => peer.origin);
  const answer = await ask(
    port,
    '/socket.io/?EIO=4&transport=polling&sid=abc.def',
    { 'x-hookline-role': 'operator', 'x-hookline-internal-token': 'guess', authorization: 'Bearer x' },
    '2["event"]',
  );
  expect(answer).toMatchObject({ status: 201, text: 'done', headers: { 'x-answer': 'yes' } });
  expect(seen).toMatchObject([
    {
      url: '/socket.io/?EIO=4&transport=polling&sid=abc.def',
      body: '2["event"]',
      headers: { 'x-hookline-internal-token': TOKEN, 'x-hookline-passed': '1', authorization: 'Bearer x' },
    },
  ]);
  expect(seen[0]?.headers).not.toHaveProperty('x-hookline-role');
});

test('no address of a caller chooses to whom the internal token is sent', async () => {
  let stolen = 0;
  const thief = await listen((_request, response) => {
    stolen++;
    response.end();
  });
  const urls: (string | undefined)[] = [];
  const peer = await listen((request, response) => {
    urls.push(request.url);
    response.end();
  });
  const { port } = await listenPassing(() => peer.origin);
  for (const target of [
    `http://127.0.0.1:${thief.port}/socket.io/?sid=a.b`,
    `//127.0.0.1:${thief.port}/socket.io/?sid=a.b`,
    `/socket.io/../api/keys?sid=a.b`,
  ]) {
    await ask(port, target);
  }
  expect(stolen).toBe(0);
  expect(urls).toEqual(Array(3).fill('/socket.io/?sid=a.b'));
});

test('a replica that does not answer is unavailable', async () => {
  const { port, failures } = await listenPassing(() => 'http://127.0.0.1:9');
  expect((await ask(port, '/socket.io/?sid=a.b')).status).toBe(503);
  expect(failures).toMatchObject([{ code: 'unavailable' }]);
});

test('closing ends what is being passed on', async () => {
  let arrived = () => {};
  const hasArrived = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  // It never answers.
  const peer = await listen(() => arrived());
  const { port, passage } = await listenPassing(() => peer.origin);
  const socket = connect(port, '127.0.0.1');
  const isClosed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.write('GET /socket.io/?sid=a.b HTTP/1.1\r\nhost: x\r\n\r\n');
  await hasArrived;
  passage.close();
  await isClosed;
});
