import { APPLICATION_EVENT_TYPES } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { WEBHOOK_EVENTS } from './webhook-events.ts';

test('WEBHOOK_EVENTS names each event type of the contracts by its own name', () => {
  const named = APPLICATION_EVENT_TYPES.map(({ type }) => [type.toUpperCase().replace('.', '_'), type]);
  expect(Object.entries(WEBHOOK_EVENTS)).toEqual(named);
});
