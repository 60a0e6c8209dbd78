import { hashToken } from '@hookline/emulators';
import { createMetrics } from '@hookline/service';
import { until } from '@hookline/testkit';
import { expect, test } from 'vitest';
import { createJournal } from '../../src/journal/journal.ts';
import { storeGrantedToken } from '../../src/sql/store-granted-token.ts';
import { createStatusChanges } from '../../src/status/status-changes.ts';
import { createRefreshMetrics } from '../../src/tokens/refresh-metrics.ts';
import { createRefresher, type Refresher, type RefresherParts } from '../../src/tokens/refresher.ts';
import { createRefreshSettlement } from '../../src/tokens/settle-refresh.ts';
import { createUnstoredTokens } from '../../src/tokens/unstored-tokens.ts';
import { logger } from '../harness.ts';
import { box, createTokenScene, issueTokens, type TokenScene } from '../support/token-scene.ts';

// Each guard of a refresh is taken away on purpose. Then one of the guarantees below must break: if all of them held
// without a guard, they would not test it.

interface Guarded {
  scene: TokenScene;
  /** The refresher of a new replica with its parts changed. */
  open(change?: (parts: RefresherParts) => Partial<RefresherParts>): Promise<Refresher>;
}

async function createGuarded(): Promise<Guarded> {
  const scene = await createTokenScene();
  await scene.addApp();
  return {
    scene,
    async open(change = () => ({})) {
      const { database, seals, endpoint, appFaults } = await scene.openReplica();
      const journal = createJournal();
      const statusChanges = createStatusChanges({ journal, announcer: { announce: async () => {} } });
      const parts: RefresherParts = {
        database,
        box,
        seals,
        endpoint,
        settlement: createRefreshSettlement({ database, journal, statusChanges, appFaults }),
        unstored: createUnstoredTokens(scene.kept, logger),
        metrics: createRefreshMetrics(createMetrics('test')),
        logger,
        onSettled: () => {},
      };
      return createRefresher({ ...parts, ...change(parts) });
    },
  };
}

/** From now on, each change of a token does this too. */
async function changeEachUpdate({ asOwner }: TokenScene, assignment: string): Promise<void> {
  await asOwner(
    `create function break_guard() returns trigger language plpgsql as $$ begin ${assignment}; return new; end $$`,
  );
  await asOwner(
    'create trigger break_guard before update on connection_tokens for each row execute function break_guard()',
  );
}

/** @returns how often the provider was asked to exchange a token of which two replicas wanted the next one */
async function exchangesOfTwoReplicas({ scene, open }: Guarded): Promise<number | undefined> {
  const issued = issueTokens(scene.emulators);
  await scene.addConnection({ id: 'con_1', ...issued, dueIn: 60 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_000 });
  const [first, second] = [await open(), await open()];
  const exchanging = first.refresh('con_1', 'access', 1);
  await until(() => scene.emulators.exchanges().length === 1);
  await Promise.all([exchanging, second.refresh('con_1', 'access', 1)]);
  return scene.emulators.exchanges().find(({ hash }) => hash === hashToken(issued.refresh))?.attempts;
}

/** A person connects again during an exchange. @returns whether the tokens of the new consent are stored at the end */
async function keepsNewerGrant({ scene }: Guarded, refresher: Refresher): Promise<boolean> {
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 60 });
  scene.emulators.injectFault({ kind: 'slow-body', grantType: 'refresh_token', delayMs: 1_000 });
  const late = refresher.refresh('con_1', 'access', 1);
  await until(() => scene.emulators.exchanges().length === 1);
  const granted = issueTokens(scene.emulators);
  const { database, seals } = await scene.openReplica();
  const sealed = seals.seal('con_1', 'access', granted);
  await database.withSystem((transaction) =>
    storeGrantedToken(transaction, {
      connectionId: 'con_1',
      kind: 'access',
      tenant: 'acme',
      generation: 2,
      accessSealed: sealed.access,
      refreshSealed: sealed.refresh,
      tokenType: 'bearer',
      scopes: undefined,
      lifeSeconds: 28_800,
      fullLifeSeconds: 28_800,
      refreshLifeSeconds: undefined,
      dueSeconds: 20_000,
      isClientProven: true,
    }),
  );
  await late;
  return (await scene.tokenOf('con_1')).access === granted.access;
}

/** A replica dies between the provider's answer and its commit. @returns what the connection says after the lease */
async function reasonAfterCrash({ scene, open }: Guarded): Promise<string | null> {
  await scene.addConnection({ id: 'con_1', ...issueTokens(scene.emulators), dueIn: 60 });
  const dying = await open(({ endpoint }) => ({
    endpoint: {
      ...endpoint,
      async refresh(exchange) {
        await endpoint.refresh(exchange);
        throw new Error('the process ends here');
      },
    },
  }));
  expect(await dying.refresh('con_1', 'access', 1)).toBe('failed');
  await scene.asOwner('update connection_tokens set lease_until = hookline_now()');
  const refresher = await open();
  await refresher.refresh('con_1', 'access', 1);
  return (await scene.statusOf('con_1')).reason;
}

test('one exchange for each generation: holds, and breaks without the lease', async () => {
  expect(await exchangesOfTwoReplicas(await createGuarded())).toBe(1);
  const guarded = await createGuarded();
  await changeEachUpdate(guarded.scene, 'new.lease_until := null');
  expect(await exchangesOfTwoReplicas(guarded)).toBe(2);
});

test('a late answer never overwrites a newer grant: holds, and breaks without the fence or without the generation', async () => {
  const whole = await createGuarded();
  expect(await keepsNewerGrant(whole, await whole.open())).toBe(true);

  const withoutFence = await createGuarded();
  const refresher = await withoutFence.open(({ settlement }) => ({
    settlement: {
      ...settlement,
      // Stores over whichever generation is there.
      async store(token, ageSeconds, durationMs) {
        const { generation } = await withoutFence.scene.tokenOf(token.connectionId);
        return await settlement.store({ ...token, generation }, ageSeconds, durationMs);
      },
    },
  }));
  expect(await keepsNewerGrant(withoutFence, refresher)).toBe(false);

  const withoutGeneration = await createGuarded();
  await changeEachUpdate(withoutGeneration.scene, 'new.generation := old.generation');
  expect(await keepsNewerGrant(withoutGeneration, await withoutGeneration.open())).toBe(false);
});

test('a loss by the end of a process is told as what it is: holds, and breaks without the attempted generation', async () => {
  expect(await reasonAfterCrash(await createGuarded())).toBe('refresh_interrupted');
  const guarded = await createGuarded();
  await changeEachUpdate(guarded.scene, 'new.attempted_generation := null');
  expect(await reasonAfterCrash(guarded)).toBe('invalid_grant_once');
});
