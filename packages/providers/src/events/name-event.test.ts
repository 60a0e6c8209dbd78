import { expect, test } from 'vitest';
import { nameEvent } from './name-event.ts';

test.for([
  ['github.workflow_job.completed', { provider: 'github', event: 'workflow_job' }],
  ['github.push', { provider: 'github', event: 'push' }],
  ['stripe.payment_intent.succeeded', { provider: 'stripe', event: 'payment_intent.succeeded' }],
  ['project.created', undefined],
  ['github', undefined],
] as const)('%s is named without its provider, and without an action', ([type, name]) => {
  expect(nameEvent(type)).toEqual(name);
});
