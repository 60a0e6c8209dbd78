import { getConnectable } from '@hookline/providers';
import { expect, test } from 'vitest';
import { findMissingScopes, scopesToAskFor } from './missing-scopes.ts';

const gmail = getConnectable('gmail') ?? {};
const slack = getConnectable('slack') ?? {};

test('V5: a scope that was not granted names the polls and watches that rest, and no others', () => {
  expect(findMissingScopes(gmail, ['https://www.googleapis.com/auth/gmail.metadata'])).toEqual([]);
  const [missing, ...others] = findMissingScopes(gmail, ['openid']);
  expect(others).toEqual([]);
  expect(missing?.scopes).toContain('https://www.googleapis.com/auth/gmail.readonly');
  expect(missing?.pauses).toContain('history');
});

test('nothing is missing if the provider has no scopes for the application', () => {
  expect(findMissingScopes(gmail, undefined)).toEqual([]);
  expect(findMissingScopes(slack, undefined)).toEqual([]);
});

test('V5: connecting again asks for what the account had and for what is missing, so that nothing gets lost', () => {
  const missing = findMissingScopes(gmail, []);
  expect(scopesToAskFor(['a'], ['b'], missing)).toEqual(['a', 'b', missing[0]?.scopes[0]]);
  const enough = missing[0]?.scopes[1] ?? '';
  expect(scopesToAskFor([enough], [], missing)).toEqual([enough]);
  expect(scopesToAskFor(['a'], ['a'], [])).toEqual(['a']);
});
