import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { HooklineEvent } from '@hookline/contracts';
import { createLogger } from '@hookline/service';
import { expect, onTestFinished, test } from 'vitest';
import { openEventJournal } from './event-journal.ts';

const logger = createLogger({ service: 'journal-test', level: 'silent' });
const event = (id: string, dedupekey: string): HooklineEvent => ({
  attributes: { id, dedupekey, tenant: 'acme' } as HooklineEvent['attributes'],
  payload: Buffer.from('{}'),
});

async function openJournal(maxBytes = 1_000_000) {
  const directory = mkdtempSync(join(tmpdir(), 'hookline-journal-'));
  const journal = await openEventJournal({ directory, maxBytes, logger });
  onTestFinished(async () => {
    await journal.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return { directory, journal };
}

test('a repeat of an event that another process left is recognised until that event is published', async () => {
  const { directory, journal } = await openJournal();
  const other = await openJournal();
  await other.journal.append(event('evt_1', 'key'));
  cpSync(join(other.directory, '00'), join(directory, '07'), { recursive: true });
  await journal.adoptOrphans();
  expect(await journal.append(event('evt_2', 'key'))).toEqual({ id: 'evt_1', duplicate: true });
  expect(journal.events).toBe(1);

  const published: string[] = [];
  await journal.replay((events) => {
    published.push(...events.map(({ attributes }) => attributes.id));
    return Promise.resolve();
  });
  expect(published).toEqual(['evt_1']);
  expect(await journal.append(event('evt_3', 'key'))).toEqual({ id: 'evt_3', duplicate: false });
});

test('an event is counted during its replay until it is published', async () => {
  const { journal } = await openJournal();
  await journal.append(event('evt_1', 'key'));
  let isOver = false;
  const counts = new Set<number>();
  const look = () => {
    if (isOver) return;
    counts.add(journal.events);
    setImmediate(look);
  };
  const replayed = journal.replay(async () => {
    await setTimeout(20);
    isOver = true;
  });
  // The segment of the event is being closed.
  look();
  await replayed;
  expect([...counts]).toEqual([1]);
  expect(journal.events).toBe(0);
});

test('an event that could not be written is refused together with its repeat, and a later repeat is accepted', async () => {
  const { directory, journal } = await openJournal();
  rmSync(directory, { recursive: true });
  const refused = await Promise.allSettled([
    journal.append(event('evt_1', 'key')),
    journal.append(event('evt_2', 'key')),
  ]);
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  cpSync((await openJournal()).directory, directory, { recursive: true });
  expect(await journal.append(event('evt_3', 'key'))).toEqual({ id: 'evt_3', duplicate: false });
});
