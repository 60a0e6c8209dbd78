import { randomBytes } from 'node:crypto';
import { createDatabase, createSecretBox } from '@hookline/db';
import { expect, onTestFinished, test } from 'vitest';
import { rewrapSourceSecrets } from '../src/sources/rewrap-source-secrets.ts';
import { createSourceSecrets } from '../src/sources/source-secrets.ts';
import { createHarness } from './harness.ts';
import { signGithub } from './sign.ts';

test('after a rewrap every source verifies without the old key', async () => {
  const newKey = randomBytes(32).toString('base64');
  const { config, startReplica } = await createHarness();
  const [oldKey = ''] = config.encryptionKeys;
  const before = await startReplica();
  const source = await before.createSource({ provider: 'github', secret: 'first', userId: 'acme' });
  await before.call('PUT', `/api/sources/${source.id}`, { body: { secret: 'second' } });
  await before.createSource({ provider: 'meta', secret: 'm', verifyToken: 'v', userId: 'acme' });
  await before.close();

  const database = createDatabase({
    url: config.databaseUrl,
    applicationName: 'rewrap',
    maxConnections: 1,
    onConnectionError: () => {},
  });
  onTestFinished(() => database.close());
  const rewrap = (...keys: string[]) =>
    rewrapSourceSecrets(database, createSourceSecrets(createSecretBox(keys)));
  await expect(rewrap(newKey)).rejects.toMatchObject({ code: 'unseal_failed' });
  expect(await rewrap(newKey, oldKey)).toEqual({ found: 2, rewrapped: 2 });
  expect(await rewrap(newKey, oldKey)).toEqual({ found: 2, rewrapped: 0 });

  const after = await startReplica({ encryptionKeys: [newKey] });
  for (const secret of ['first', 'second']) {
    const answer = await after.deliver(
      '/api/webhooks/github/acme',
      signGithub({ secret, body: `"${secret}"` }),
    );
    // The signature is valid: only then is the body checked, and it is not an object.
    expect(answer.json.code).toBe('malformed_body');
  }
  const handshake = await fetch(
    `${after.url}/api/webhooks/meta/acme?hub.mode=subscribe&hub.verify_token=v&hub.challenge=1`,
  );
  expect(await handshake.text()).toBe('1');
});
