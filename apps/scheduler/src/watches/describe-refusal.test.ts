import { getConnectable } from '@hookline/providers';
import { expect, test } from 'vitest';
import { describeRefusal } from './describe-refusal.ts';

function problemOf(provider: string, status: number, body: unknown): string {
  const [watch] = getConnectable(provider)?.watches ?? [];
  if (watch === undefined) throw new Error(`${provider} has no watch`);
  const answer = { status, body: Buffer.from(JSON.stringify(body)), judged: { verdict: 'failed' as const } };
  return describeRefusal(answer, watch).code;
}

test('H1: twenty hooks for an event are a limit of GitHub, and not blamed on permissions', () => {
  const errors = [{ message: 'The "push" event cannot have more than 20 hooks' }];
  expect(problemOf('github', 422, { message: 'Validation Failed', errors })).toBe('hook_limit');
  expect(problemOf('github', 404, { message: 'Not Found' })).toBe('not_admin');
  expect(problemOf('github', 500, {})).toBe('provider_unavailable');
  expect(problemOf('github', 418, {})).toBe('provider_refused');
});

test('a topic of Gmail that is missing, closed or of another project is told apart', () => {
  const message = (text: string) => ({ error: { message: text } });
  expect(
    problemOf('gmail', 403, message('Error sending test message to Cloud PubSub projects/p/topics/t')),
  ).toBe('topic_role_missing');
  expect(problemOf('gmail', 404, message('Resource not found (resource=topic).'))).toBe('topic_missing');
  expect(problemOf('gmail', 400, message('Invalid topicName does not match projects/p/topics/*'))).toBe(
    'topic_of_another_project',
  );
  expect(
    problemOf('gmail', 400, message('Only one user push notification client allowed per developer')),
  ).toBe('other_topic');
  expect(problemOf('youtube', 503, {})).toBe('hub_unavailable');
});
