import { setTimeout as sleep } from 'node:timers/promises';
import { type Hookline, isHooklineError } from '@hookline/client';
import type { AddedApp } from './add-app.ts';
import { type Cell, type Row, STEPS, type Step } from './cells.ts';
import type { EventCollector } from './collect-events.ts';
import { connectAccount } from './connect-account.ts';
import type { Happening, Platform } from './platform.ts';

export interface WalkParts extends AddedApp {
  readonly hookline: Hookline;
  readonly userId: string;
  readonly events: EventCollector;
  /** Gets the id of the connection as soon as there is one. */
  readonly onConnected: (connectionId: string) => void;
}

const STEP_MS = 30_000;
/** A refresh that is refused is tried once more after 60 to 75 seconds, before a person is asked to connect again. */
const REVOCATION_MS = 100_000;
const ABSENT: Cell = { state: 'absent' };

/**
 * Connects an account of one platform as a person does, makes things happen at its provider, and notes for each step what
 * was seen and how long it took. A step that fails does not end the walk, except the first.
 */
export async function walkPlatform(platform: Platform, parts: WalkParts): Promise<Row> {
  const { hookline, userId, events } = parts;
  const cells = new Map<Step, Cell>();
  const { poll, upkeep, revocation } = platform;

  async function step(name: Step, walk: () => Promise<Cell>): Promise<boolean> {
    try {
      cells.set(name, await walk());
      return true;
    } catch (error) {
      cells.set(name, { state: 'failed', why: error instanceof Error ? error.message : String(error) });
      return false;
    }
  }

  let connectionId = '';
  const isConnected = await step('connected', async () => {
    const startedAt = performance.now();
    connectionId = await connectAccount(platform, parts);
    parts.onConnected(connectionId);
    return { state: 'done', what: 'by consent', ms: performance.now() - startedAt };
  });
  if (isConnected) await walkConnection();
  return { provider: platform.provider, cells: toCells(cells) };

  async function walkConnection(): Promise<void> {
    await step('registered', register);
    const hasBaseline = await step('polled', waitForBaseline);
    // An event that only the revocation brings is noted then.
    if (platform.push === undefined) cells.set('pushed', ABSENT);
    else await seePushed(platform.push);
    if (hasBaseline) await step('polled', () => seeEvent(poll.happen, pollNow));
    await step('refreshed', refresh);
    await step('kept', keep);
    await step('revoked', revoke);
  }

  async function register(): Promise<Cell> {
    const startedAt = performance.now();
    if (platform.isWatched) {
      await waitForVerified();
      return { state: 'done', what: 'verified', ms: performance.now() - startedAt };
    }
    const { addressEnteredMs } = parts;
    return addressEnteredMs === undefined
      ? ABSENT
      : { state: 'done', what: 'address accepted', ms: addressEnteredMs };
  }

  async function waitForVerified(): Promise<void> {
    await until(async () => {
      const { data } = await hookline.connections.webhooks({ userId, connectionId }).page();
      const [watch] = data;
      if (watch?.status === 'failing') throw new Error(`${watch.reason}: ${watch.message}`);
      return watch?.status === 'verified';
    }, 'a verified webhook');
  }

  /** The first poll publishes nothing: it notes what is there already. */
  async function waitForBaseline(): Promise<Cell> {
    const startedAt = performance.now();
    await until(
      () => journeyHas(({ kind, detail }) => kind === 'poll' && detail['poll'] === poll.id),
      `the first poll of ${poll.id}`,
    );
    return { state: 'done', what: 'baseline', ms: performance.now() - startedAt };
  }

  async function pollNow(): Promise<void> {
    await hookline.connections.poll(connectionId, { userId, poll: poll.id });
  }

  async function seePushed(push: Happening): Promise<void> {
    await sleep(platform.pushGapMs ?? 0);
    await step('pushed', () => seeEvent(push));
  }

  async function seeEvent(
    happen: Happening,
    afterwards: () => Promise<void> = async () => {},
  ): Promise<Cell> {
    const startedAt = performance.now();
    const wanted = await happen();
    await afterwards();
    const arrivedAt = await events.arrival(wanted, STEP_MS);
    return { state: 'done', what: wanted.type, ms: Math.max(0, arrivedAt - startedAt) };
  }

  async function refresh(): Promise<Cell> {
    const startedAt = performance.now();
    const before = await hookline.connections.get(connectionId, { userId });
    const after = await hookline.connections.refresh(connectionId, { userId });
    const generationOf = ({ tokens }: typeof before) => tokens[0]?.generation ?? 0;
    if (after.status !== 'connected' || generationOf(after) <= generationOf(before))
      throw new Error(`the tokens are of generation ${generationOf(after)}, and it is ${after.status}`);
    return { state: 'done', what: `generation ${generationOf(after)}`, ms: performance.now() - startedAt };
  }

  async function keep(): Promise<Cell> {
    if (upkeep === undefined) return ABSENT;
    if (upkeep.outcome === 'repaired') await upkeep.spoil();
    const startedAt = performance.now();
    // A change of the settings makes everything that keeps watches due at once.
    await hookline.connections.update(
      connectionId,
      { settings: { intervals: { [poll.id]: 3_600 } } },
      { query: { userId } },
    );
    await until(
      () => journeyHas(({ outcome }) => outcome === upkeep.outcome),
      `a watch that was ${upkeep.outcome}`,
    );
    if (upkeep.outcome === 'renewed')
      return { state: 'done', what: 'renewed', ms: performance.now() - startedAt };
    const wanted = { type: 'connection.hook_repaired', contains: connectionId };
    const arrivedAt = await events.arrival(wanted, STEP_MS);
    await waitForVerified();
    return { state: 'done', what: wanted.type, ms: arrivedAt - startedAt };
  }

  async function revoke(): Promise<Cell> {
    const startedAt = performance.now();
    await revocation.withdraw();
    const { pushedAs, isPushed } = revocation;
    if (pushedAs !== undefined) await seePushed(async () => pushedAs);
    if (!isPushed) await seeRefused();
    const type = isPushed ? 'connection.revoked' : 'connection.needs_reauth';
    const arrivedAt = await events.arrival({ type, contains: connectionId }, REVOCATION_MS);
    return { state: 'done', what: type, ms: arrivedAt - startedAt };
  }

  /** The next refresh meets the refusal. Hookline tries once more before it asks the person to connect again. */
  async function seeRefused(): Promise<void> {
    try {
      await hookline.connections.refresh(connectionId, { userId }, { retries: 0 });
    } catch (error) {
      if (isHooklineError(error) && error.code === 'refresh_refused') return;
      throw error;
    }
    throw new Error('a token of a grant that was withdrawn was refreshed');
  }

  async function journeyHas(
    fits: (entry: { kind: string; outcome: string; detail: Record<string, unknown> }) => boolean,
  ): Promise<boolean> {
    const { data } = await hookline.connections.journey(connectionId, { userId, limit: 100 }).page();
    return data.some(fits);
  }
}

async function until(ask: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + STEP_MS;
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`there was not ${what} in ${STEP_MS / 1_000} s`);
    await sleep(200);
  }
}

function toCells(cells: ReadonlyMap<Step, Cell>): Record<Step, Cell> {
  const notReached: Cell = { state: 'failed', why: 'not reached' };
  return Object.fromEntries(STEPS.map((name) => [name, cells.get(name) ?? notReached])) as Record<Step, Cell>;
}
