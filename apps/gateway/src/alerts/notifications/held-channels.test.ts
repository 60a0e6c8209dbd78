import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createHeldChannels } from './held-channels.ts';

const orders = { ruleId: 'rule_1', channel: 'webhook' };

test('a channel that hung rests, is then tried by one message, and rests again when that one hangs', async () => {
  const held = createHeldChannels([0.03, 60]);
  expect(held.places()).toEqual([]);
  held.started(orders);
  held.started(orders);
  held.ended(orders, true);
  held.ended(orders, true);
  const resting = { rule_id: 'rule_1', name: 'webhook', places: 0 };
  expect(held.places()).toEqual([resting]);
  while (held.places()[0]?.places === 0) await sleep(5);
  expect(held.places()).toEqual([{ ...resting, places: 1 }]);
  held.started(orders);
  expect(held.places()).toEqual([resting]);
  held.ended(orders, true);
  expect(held.places()).toEqual([resting]);
});

test('a channel that answers is no longer held', () => {
  const held = createHeldChannels([60]);
  held.started(orders);
  held.ended(orders, true);
  held.ended(orders, false);
  expect(held.places()).toEqual([]);
});
