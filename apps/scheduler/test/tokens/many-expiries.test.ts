import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EMULATED_CLIENTS, hashToken } from '@hookline/emulators';
import { findProgram, startOwnPostgres, type TestDatabase, until } from '@hookline/testkit';
import { expect, onTestFinished, test } from 'vitest';
import type { RefreshProcessOptions } from '../support/refresh-process.ts';
import { createTokenScene, KEYS, type TokenScene } from '../support/token-scene.ts';

/** `npm run expiries` uses 1,000 expiries, five processes and the real lease, and needs the machine for itself. */
const EXPIRIES = Number(process.env['TOKEN_EXPIRIES'] ?? 80);
const IS_FULL = EXPIRIES >= 1_000;
const WORKERS = 50;
const PROCESSES = IS_FULL ? 5 : 2;
const KILLS = IS_FULL ? 10 : 2;
const LEASE_MS = IS_FULL ? 60_000 : 12_000;
/** The tokens of the disturbed tests become due one after the other. */
const SPREAD_SECONDS = IS_FULL ? 120 : 8;
const MAX_IN_FLIGHT_PER_WORKER = 2;
const OUTAGE_MS = IS_FULL ? 10_000 : 3_000;
/** After the end of the lease, one exchange finds what is lost. A process that has to start first needs longer. */
const FINDING_MS = 30_000;
const TIME_LIMIT_MS = 600_000;

interface Token {
  id: string;
  rotates: boolean;
  hash: string;
}

interface RefreshProcess {
  child: ChildProcess;
  name: string;
  /** The hashes of the refresh tokens that it has sent to a provider, or was about to send. */
  sent(): string[];
}

interface Scene extends TokenScene {
  tokens: Token[];
  running: RefreshProcess[];
  launch(): Promise<void>;
  /** Starts all processes, and lets the tokens become due one after the other. */
  begin(spreadSeconds: number): Promise<void>;
}

/** Connections of a provider that ends a grant whose refresh token comes twice, and of one that never rotates. */
async function createScene(
  counts: { rotating: number; fixed: number },
  database?: TestDatabase,
): Promise<Scene> {
  const scene = await createTokenScene(database);
  const { github, spotify } = scene.emulators;
  github.changeApplication({ clientId: EMULATED_CLIENTS.githubApp, rotation: { kind: 'family-revocation' } });
  spotify.changeApplication({ clientId: EMULATED_CLIENTS.spotify, rotation: { kind: 'none' } });
  await scene.addApp();
  await scene.addApp({ id: 'oap_2', provider: 'spotify', clientId: EMULATED_CLIENTS.spotify });
  const directory = mkdtempSync(join(tmpdir(), 'hookline-test-expiries-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const tokens: Token[] = [];
  for (let index = 0; index < counts.rotating + counts.fixed; index++) {
    const rotates = index < counts.rotating;
    const account = `person-${index}`;
    if (rotates) github.createAccount({ login: account });
    else spotify.createAccount({ id: account });
    const wanted = { account, scopes: [] };
    const issued = rotates
      ? github.issueToken({ ...wanted, clientId: EMULATED_CLIENTS.githubApp })
      : spotify.issueToken({ ...wanted, clientId: EMULATED_CLIENTS.spotify });
    const { accessToken: access, refreshToken: refresh = '' } = issued;
    const id = `con_${index}`;
    const provider = rotates ? 'github' : 'spotify';
    const appId = rotates ? 'oap_1' : 'oap_2';
    await scene.addConnection({ id, account, provider, appId, access, refresh });
    tokens.push({ id, rotates, hash: hashToken(refresh) });
  }
  const running: RefreshProcess[] = [];
  let started = 0;
  async function launch(): Promise<void> {
    const name = `refresh-process-${++started}`;
    const journalPath = join(directory, name);
    writeFileSync(journalPath, '');
    const [key = ''] = KEYS;
    const child = fork(findProgram('refresh-process'), {
      execArgv: ['--conditions=@hookline/source'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.send({
      databaseUrl: scene.serviceUrl,
      natsUrl: scene.nats.url,
      key,
      name,
      workers: WORKERS / PROCESSES,
      leaseMs: LEASE_MS,
      maxInFlight: MAX_IN_FLIGHT_PER_WORKER,
      journalPath,
    } satisfies RefreshProcessOptions);
    await once(child, 'message');
    running.push({ child, name, sent: () => readFileSync(journalPath, 'utf8').split('\n').filter(Boolean) });
  }

  return {
    ...scene,
    tokens,
    running,
    launch,
    async begin(spreadSeconds) {
      await Promise.all(Array.from({ length: PROCESSES }, launch));
      await scene.asOwner(
        'update connection_tokens set refresh_due_at = hookline_now() + random() * $1::interval',
        [`${spreadSeconds} seconds`],
      );
    },
  };
}

/** Resolves when that many exchanges have been answered, in all. */
const exchanged = (scene: Scene, count: number) =>
  until(() => scene.emulators.exchanges().filter(({ successes }) => successes > 0).length >= count, {
    timeoutMs: TIME_LIMIT_MS,
  });

/** A process that has sent a refresh token whose exchange is not stored yet. */
const busyProcess = (scene: Scene) =>
  until(async () => {
    const open = new Set(
      (await readRows(scene))
        .filter(({ generation, status }) => generation === 1 && status !== 'needs_reauth')
        .map(({ id }) => id),
    );
    const hashes = new Set(scene.tokens.filter(({ id }) => open.has(id)).map(({ hash }) => hash));
    const busy = scene.running.filter(({ sent }) => sent().some((hash) => hashes.has(hash)));
    return pickOne(busy);
  });

const anyProcess = (scene: Scene) => until(() => pickOne(scene.running));

const pickOne = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)];

async function end(scene: Scene, victim: RefreshProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  scene.running.splice(scene.running.indexOf(victim), 1);
  const exit = once(victim.child, 'exit');
  victim.child.kill(signal);
  const [code] = await exit;
  if (signal === 'SIGTERM') expect(code).toBe(0);
  // What the process sent to Postgres before it ended is committed or rolled back.
  await until(async () => {
    const open = await scene.asOwner('select from pg_stat_activity where application_name = $1', [
      victim.name,
    ]);
    return open.length === 0;
  });
}

interface Row {
  id: string;
  generation: number;
  status: string;
  reason: string | null;
  since_ms: number;
}

const readRows = (scene: Scene) =>
  scene.asOwner<Row>(
    `select c.id, t.generation, c.status, c.reason, extract(epoch from c.since)::float8 * 1000 as since_ms
     from connections c join connection_tokens t on t.connection_id = c.id`,
  );

/** Resolves when each token is refreshed or lost. @returns the ids of those that are lost, and their rows */
async function settled(scene: Scene): Promise<Map<string, Row>> {
  const rows = await until(
    async () => {
      const all = await readRows(scene);
      return all.every(({ generation, status }) => generation === 2 || status === 'needs_reauth') && all;
    },
    { timeoutMs: TIME_LIMIT_MS },
  );
  return new Map(rows.filter(({ generation }) => generation === 1).map((row) => [row.id, row]));
}

/** The provider accepts the stored tokens of all connections but those. */
async function expectAlive(scene: Scene, lost: ReadonlyMap<string, unknown>): Promise<void> {
  const dead: string[] = [];
  for (const { id, rotates } of scene.tokens) {
    if (lost.has(id)) continue;
    const { access, refresh } = await scene.tokenOf(id);
    const { inspectToken } = rotates ? scene.emulators.github : scene.emulators.spotify;
    for (const token of [access, refresh ?? '']) if (!inspectToken({ token }).alive) dead.push(id);
  }
  expect(dead).toEqual([]);
}

/** The tokens that the provider was asked to exchange more than once. */
const repeated = (scene: Scene) =>
  scene.emulators
    .exchanges()
    .filter(({ attempts }) => attempts > 1)
    .map(({ hash }) => hash);

/** The answer has taken effect at the provider a while before it is read. */
const slowDown = (scene: Scene) =>
  scene.emulators.injectFault({
    kind: 'slow-body',
    grantType: 'refresh_token',
    delayMs: 300,
    times: 1_000_000,
  });

test(
  `${EXPIRIES} tokens that expire at once are exchanged once each by 50 workers in several processes`,
  async () => {
    const scene = await createScene({ rotating: EXPIRIES, fixed: 0 });
    await scene.begin(0);
    const startMs = performance.now();
    const lost = await settled(scene);
    const seconds = (performance.now() - startMs) / 1_000;
    expect([...lost.keys()]).toEqual([]);
    expect(scene.emulators.exchanges()).toHaveLength(EXPIRIES);
    expect(repeated(scene)).toEqual([]);
    await expectAlive(scene, lost);
    console.info(`${EXPIRIES} expiries, ${WORKERS} workers, ${PROCESSES} processes: ${seconds.toFixed(1)} s`);
  },
  TIME_LIMIT_MS,
);

test(
  'kill -9 of workers loses at most the exchanges in flight of providers that rotate, and each loss is found within a lease',
  async () => {
    const scene = await createScene({ rotating: EXPIRIES, fixed: EXPIRIES / 4 });
    slowDown(scene);
    await scene.begin(SPREAD_SECONDS);
    const byHash = new Map(scene.tokens.map((token) => [token.hash, token]));
    /** When the exchange of a token was cut off, by the clock of the database. */
    const cutOff = new Map<string, number>();
    const replacements: Promise<void>[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      await exchanged(scene, (kill * EXPIRIES) / (KILLS + 1));
      const victim = await busyProcess(scene);
      await end(scene, victim, 'SIGKILL');
      const [now] = await scene.asOwner<{ ms: number }>(
        'select extract(epoch from hookline_now())::float8 * 1000 as ms',
      );
      const stored = new Set(
        (await readRows(scene)).filter(({ generation }) => generation > 1).map(({ id }) => id),
      );
      for (const hash of victim.sent()) {
        const id = byHash.get(hash)?.id ?? '';
        if (!stored.has(id)) cutOff.set(id, now?.ms ?? 0);
      }
      replacements.push(scene.launch());
    }
    await Promise.all(replacements);
    const lost = await settled(scene);

    expect(cutOff.size).toBeGreaterThan(0);
    expect(cutOff.size).toBeLessThanOrEqual((KILLS * WORKERS * MAX_IN_FLIGHT_PER_WORKER) / PROCESSES);
    expect([...lost.keys()].filter((id) => !cutOff.has(id))).toEqual([]);
    const fixed = new Set(scene.tokens.filter(({ rotates }) => !rotates).map(({ id }) => id));
    expect([...lost.keys()].filter((id) => fixed.has(id))).toEqual([]);
    let latestMs = 0;
    for (const [id, row] of lost) {
      expect(row).toMatchObject({ status: 'needs_reauth', reason: 'refresh_interrupted' });
      latestMs = Math.max(latestMs, row.since_ms - (cutOff.get(id) ?? 0));
    }
    expect(latestMs).toBeLessThan(LEASE_MS + FINDING_MS);
    // Nothing but what was cut off was tried again.
    const retried = repeated(scene).map((hash) => byHash.get(hash)?.id ?? hash);
    expect(retried.filter((id) => !cutOff.has(id))).toEqual([]);
    await expectAlive(scene, lost);
    console.info(
      `${scene.tokens.length} expiries, ${KILLS} kills: ${cutOff.size} exchanges in flight, ${lost.size} lost, ` +
        `each found within ${(latestMs / 1_000).toFixed(1)} s (lease ${LEASE_MS / 1_000} s)`,
    );
  },
  TIME_LIMIT_MS,
);

test(
  'SIGTERM of workers and a Postgres that is stopped and started again lose nothing, and nothing is exchanged twice',
  async () => {
    const postgres = await startOwnPostgres();
    const scene = await createScene({ rotating: EXPIRIES, fixed: EXPIRIES / 4 }, postgres);
    slowDown(scene);
    await scene.begin(SPREAD_SECONDS);
    await exchanged(scene, EXPIRIES / 4);
    await postgres.stop();
    // Exchanges were under way. Their tokens are kept in NATS meanwhile.
    const kept = await until(async () => (await scene.kept.list(EXPIRIES)).length || undefined);
    await sleep(OUTAGE_MS);
    await postgres.restart();
    const replacements: Promise<void>[] = [];
    for (let count = 1; count <= KILLS; count++) {
      await exchanged(scene, EXPIRIES / 4 + (count * EXPIRIES) / (KILLS + 1));
      await end(scene, await anyProcess(scene), 'SIGTERM');
      replacements.push(scene.launch());
    }
    await Promise.all(replacements);
    const lost = await settled(scene);

    expect([...lost.keys()]).toEqual([]);
    expect(repeated(scene)).toEqual([]);
    expect(scene.emulators.exchanges()).toHaveLength(scene.tokens.length);
    await expectAlive(scene, lost);
    await until(async () => (await scene.kept.list(EXPIRIES)).length === 0);
    console.info(
      `${scene.tokens.length} expiries, ${KILLS} times SIGTERM, Postgres away for ${OUTAGE_MS / 1_000} s: ` +
        `none lost, ${kept} or more kept in NATS meanwhile`,
    );
  },
  TIME_LIMIT_MS,
);
