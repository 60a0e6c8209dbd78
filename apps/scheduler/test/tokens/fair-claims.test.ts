import { expect, test } from 'vitest';
import { claimDueTokens } from '../../src/sql/claim-due-tokens.ts';
import { createTokenScene } from '../support/token-scene.ts';

test('a claim takes of each application at most what is free of its share, so that one whose provider hangs leaves room', async () => {
  const scene = await createTokenScene();
  const tokens = { oap_hangs: 40, oap_busy: 40, oap_works: 5 };
  for (const [appId, count] of Object.entries(tokens)) {
    await scene.addApp({ id: appId, tenant: appId });
    for (let number = 0; number < count; number++)
      await scene.addConnection({
        id: `con_${appId}_${number}`,
        tenant: appId,
        appId,
        account: String(number),
        access: 'access',
        refresh: 'refresh',
        // Those of the application that works are due last.
        dueIn: appId === 'oap_works' ? -1 : -100,
      });
  }
  const database = scene.openDatabase();
  const claim = () =>
    claimDueTokens(database, {
      leaseId: 'lease',
      leaseMs: 60_000,
      limit: 30,
      share: 10,
      busy: [{ appId: 'oap_busy', free: 1 }],
      lateSeconds: 300,
    });
  const countOf = (claimed: readonly { appId: string }[]) => {
    const byApp = Map.groupBy(claimed, ({ appId }) => appId);
    return Object.keys(tokens).map((appId) => byApp.get(appId)?.length ?? 0);
  };
  expect(countOf(await claim())).toEqual([10, 1, 5]);
  // None is claimed twice.
  expect(countOf(await claim())).toEqual([10, 1, 0]);
  const leased = await scene.asOwner("select from connection_tokens where lease_id = 'lease'");
  expect(leased).toHaveLength(27);
});
