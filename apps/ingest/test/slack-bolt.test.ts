import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, verifySlackRequest } from '@slack/bolt';
import { expect, onTestFinished, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import { type SignedRequest, signSlack } from './sign.ts';

const secret = 'the-signing-secret';
const message = (id: string) =>
  JSON.stringify({
    type: 'event_callback',
    team_id: 'T1',
    event_id: id,
    event_time: 1_700_000_000,
    authorizations: [{ team_id: 'T1', user_id: 'U1', is_bot: true, is_enterprise_install: false }],
    event: { type: 'message', channel: 'C1', user: 'U2', text: 'grüße', ts: '1700000000.000100' },
  });

/** An app with Bolt that answers on loopback. */
async function startBolt() {
  const messages: string[] = [];
  const receiver = new HTTPReceiver({ signingSecret: secret, endpoints: '/', logLevel: LogLevel.ERROR });
  const app = new App({
    receiver,
    logLevel: LogLevel.ERROR,
    authorize: () => Promise.resolve({ botId: 'B1', botUserId: 'U1' }),
  });
  app.event('message', ({ body }) => {
    messages.push(body.event_id);
    return Promise.resolve();
  });
  const server = createServer(receiver.requestListener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  async function deliver({ headers, body }: SignedRequest): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  }
  return { messages, deliver };
}

const with_ = (
  signed: SignedRequest,
  headers: Record<string, string>,
  body = signed.body,
): SignedRequest => ({
  headers: { ...signed.headers, ...headers },
  body,
});
const without = ({ headers, body }: SignedRequest, name: string): SignedRequest => ({
  headers: Object.fromEntries(Object.entries(headers).filter(([other]) => other !== name)),
  body,
});

test('ingest and Bolt’s own receiver both accept a signed request, and both refuse every tampered copy', async () => {
  const { startReplica, readEvents } = await createHarness();
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'slack', secret }, 'acme'));
  const bolt = await startBolt();

  const signed = signSlack({ secret, body: message('Ev1') });
  const signature = signed.headers['x-slack-signature'] as string;
  const timestamp = Number(signed.headers['x-slack-request-timestamp']);
  expect(() =>
    verifySlackRequest({
      signingSecret: secret,
      body: signed.body.toString(),
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
    }),
  ).not.toThrow();
  expect([await bolt.deliver(signed), (await replica.deliver(path, signed)).status]).toEqual([200, 200]);
  expect(bolt.messages).toEqual(['Ev1']);
  expect((await readEvents()).map(({ attributes }) => attributes.deliveryid)).toEqual(['Ev1']);

  const old = signSlack({ secret, body: message('Ev2'), atMs: Date.now() - 400_000 });
  const tampered: [string, SignedRequest][] = [
    ['another body', with_(signed, {}, Buffer.from(message('Ev3')))],
    ['a line break more', with_(signed, {}, Buffer.from(`${message('Ev1')}\n`))],
    ['no body', with_(signed, {}, Buffer.alloc(0))],
    ['another secret', signSlack({ secret: 'another', body: message('Ev4') })],
    ['another time', with_(signed, { 'x-slack-request-timestamp': String(timestamp + 1) })],
    ['a time long ago', old],
    ['no time', without(signed, 'x-slack-request-timestamp')],
    ['no signature', without(signed, 'x-slack-signature')],
    ['an empty signature', with_(signed, { 'x-slack-signature': '' })],
    ['a signature of nothing', with_(signed, { 'x-slack-signature': 'v0=' })],
    ['a signature cut short', with_(signed, { 'x-slack-signature': signature.slice(0, -2) })],
    ['another version', with_(signed, { 'x-slack-signature': signature.replace('v0=', 'v1=') })],
    ['two signatures', with_(signed, { 'x-slack-signature': `${signature}, ${signature}` })],
  ];
  for (const [what, request] of tampered) {
    expect([what, await bolt.deliver(request)]).toEqual([what, 401]);
    expect([what, (await replica.deliver(path, request)).status]).toEqual([what, 401]);
  }
  expect(bolt.messages).toEqual(['Ev1']);
  expect(await readEvents()).toHaveLength(1);

  // Bolt refuses only old timestamps, not timestamps in the future.
  const ahead = signSlack({ secret, body: message('Ev5'), atMs: Date.now() + 400_000 });
  expect([await bolt.deliver(ahead), (await replica.deliver(path, ahead)).status]).toEqual([200, 401]);
});

test('the record of a repeat by Slack has the number and the reason of Slack’s retry', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const path = pathOf(await replica.createSource({ provider: 'slack', secret }, 'acme'));
  const signed = signSlack({ secret, body: message('Ev1') });
  const first = await replica.deliver(path, signed);
  const retry = { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_timeout' };
  expect((await replica.deliver(path, with_(signed, retry))).status).toBe(200);
  const [kept] = await waitForRejections(replica, 1);
  const id = first.headers.get('hookline-event-id');
  expect(kept).toMatchObject({
    code: 'duplicate',
    eventId: id,
    reason: `A repeat of ${id}: it was answered as a repeat and is not delivered again. It is Slack's retry 2, because of http_timeout.`,
    headers: retry,
  });
});
