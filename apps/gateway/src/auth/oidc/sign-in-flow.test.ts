import { expect, test } from 'vitest';
import { isLocalPath, readFlow, writeFlow } from './sign-in-flow.ts';

const flow = {
  state: 's'.repeat(43),
  nonce: 'n'.repeat(43),
  verifier: 'v'.repeat(43),
  returnTo: '/dashboard?tab=events#top',
};

test('a flow is read as it was written', () => {
  expect(readFlow(writeFlow(flow))).toEqual(flow);
});

test.each([
  '',
  'not base64url !',
  Buffer.from('null').toString('base64url'),
  Buffer.from('[]').toString('base64url'),
  writeFlow({ ...flow, state: '' }),
  writeFlow({ ...flow, returnTo: 'https://evil.example' }),
  writeFlow({ ...flow, returnTo: '//evil.example' }),
])('the text %j is no flow', (text) => {
  expect(readFlow(text)).toBe(undefined);
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\/evil.example',
  'https://evil.example',
  '',
  'a',
  '/a\\b',
  '/a\nb',
  '/a b',
])('a browser is not sent to %j', (path) => {
  expect(isLocalPath(path)).toBe(false);
});
