import { getProvider, type Provider } from '@hookline/providers';
import { expect, test } from 'vitest';
import { toReceipt } from './to-receipt.ts';

const provider = (id: string) => getProvider(id) as Provider;
const github = provider('github');
const slack = provider('slack');

test('the answer’s body contains the event id if the provider does not define the body', () => {
  const receipt = toReceipt(github, github.answer, [{ id: 'evt_1', duplicate: false }]);
  expect(receipt.headers['hookline-event-id']).toBe('evt_1');
  expect(JSON.parse(receipt.body)).toEqual({ received: true, id: 'evt_1' });
});

test('a batch is a duplicate only when each of its events is a duplicate', () => {
  const stored = [
    { id: 'evt_1', duplicate: true },
    { id: 'evt_2', duplicate: false },
  ];
  expect(JSON.parse(toReceipt(github, github.answer, stored).body)).toEqual({
    received: true,
    id: 'evt_1',
    ids: ['evt_1', 'evt_2'],
  });
  expect(JSON.parse(toReceipt(github, github.answer, stored.slice(0, 1)).body).duplicate).toBe(true);
});

test('the answer to Slack has an empty body, because Slack shows the body to people', () => {
  const receipt = toReceipt(slack, slack.answer, [{ id: 'evt_1', duplicate: false }]);
  expect(receipt.body).toBe('');
  expect(receipt.headers['hookline-event-id']).toBe('evt_1');
});
