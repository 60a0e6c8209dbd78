import { expect, it } from 'vitest';
import { compareVersions, parseVersion } from './compare-versions.ts';

it.each([
  ['2.9.10', '2.10.0', -1],
  ['2.10.0', '2.10.0', 0],
  ['2.15.1', '2.9.25', 1],
  ['2.10', '2.10.1', -1],
  ['10.0.0', '9.9.9', 1],
])('%s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});

it.each([
  ['nats-server: v2.15.1', '2.15.1'],
  ['nats-server: v2.11.0-preview.2', '2.11.0'],
  ['command not found', undefined],
])('reads the version in %j', (text, version) => {
  expect(parseVersion(text)).toBe(version);
});
