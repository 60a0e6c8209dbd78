import { expect, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import { signGithub } from './sign.ts';

test('a source is found by its id, its name and its address, a rejection by its id, its delivery id and its request id', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource(
    { provider: 'github', secret: 'the right secret', name: 'Main repository' },
    'acme',
  );
  const look = async (text: string, as?: string) => {
    const path = `/internal/lookup?${new URLSearchParams({ q: text })}`;
    const { status, json } = await replica.call('GET', path, { as });
    expect(status).toBe(200);
    return json.data.found;
  };
  const path = pathOf(source);
  for (const [text, matchedBy] of [
    [source.id, 'id'],
    ['main REPO', 'name'],
    [source.url, 'address'],
    [`${path}/suffix?a=1`, 'address'],
    [path.slice('/in/'.length), 'address'],
  ] as const) {
    expect([text, await look(text, 'acme')]).toMatchObject([
      text,
      [{ kind: 'source', id: source.id, userId: 'acme', path: `/api/sources/${source.id}`, matchedBy }],
    ]);
    expect(await look(text, 'other')).toEqual([]);
    expect(await look(text)).toHaveLength(1);
  }
  expect(await look(path.slice('/in/'.length, -1), 'acme')).toEqual([]);

  const request = signGithub({ secret: 'a wrong secret', body: '{"n":1}' });
  const refused = await replica.deliver(path, request);
  const [rejection] = await waitForRejections(replica, 1, `?sourceId=${source.id}`);
  const { id, summary } = rejection as { id: string; summary: string };
  expect(summary).toMatch(/^Refused .* UTC from GitHub: /);
  expect(await look(id, 'acme')).toMatchObject([{ kind: 'rejection', id, title: summary }]);
  expect(await look(id, 'other')).toEqual([]);
  const deliveryId = request.headers['x-github-delivery'] as string;
  expect(await look(deliveryId, 'acme')).toMatchObject([
    { kind: 'rejection', id, matchedBy: 'provider_delivery_id' },
  ]);
  const { requestId } = refused.json as { requestId: string };
  expect(await look(requestId, 'acme')).toMatchObject([{ kind: 'rejection', id, matchedBy: 'request_id' }]);
  expect(await look(requestId, 'other')).toEqual([]);
});
