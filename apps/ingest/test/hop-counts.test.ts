import { createHopCounts } from '@hookline/service';
import { expect, test } from 'vitest';
import { createHarness } from './harness.ts';
import { signGithub } from './sign.ts';

const secret = 's';

test('a webhook and a published event carry a hop count only if this installation signed the received count', async () => {
  const { startReplica, readEvents, config } = await createHarness({
    environmentSecrets: new Map([['github', { secrets: [secret], verifyTokens: [] }]]),
  });
  const replica = await startReplica();
  const third = createHopCounts(config.encryptionKeys).write(['2']);
  const foreign = createHopCounts([Buffer.alloc(32).toString('base64')]).write(['6']);
  const given = [third, `${third}, 1e9`, '5', '-1', '1e9', 'x'.repeat(10_240), `4${third.slice(1)}`, foreign];
  for (const [n, hops] of given.entries()) {
    const request = signGithub({ secret, body: '{"n":1}', id: `delivery-${n}` });
    const { status } = await replica.deliver('/api/webhooks/github/acme', {
      ...request,
      headers: { ...request.headers, 'hookline-hops': hops },
    });
    expect(status).toBe(200);
    const published = await replica.call('POST', '/api/events', {
      as: 'acme',
      body: { type: 'a.b', data: n },
      headers: { 'hookline-hops': hops },
    });
    expect(published.status).toBe(202);
  }
  const expected = [
    '3',
    '3',
    undefined,
    undefined,
    undefined,
    undefined,
    `0;4${third.slice(1)}`,
    `0;${foreign}`,
  ];
  const events = (await readEvents()).map(({ attributes }) => [attributes.via, attributes.hookhops]);
  expect(events).toEqual(
    expected.flatMap((hops) => [
      ['webhook', hops],
      ['api', hops],
    ]),
  );
});
