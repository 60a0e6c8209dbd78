import { expect, it } from 'vitest';
import { getProvider, listProviders } from './index.ts';
import { PROVIDER_NAMES } from './provider-names.ts';

it('finds every provider by its id and its aliases', () => {
  for (const provider of listProviders()) {
    for (const name of [provider.id, ...(provider.aliases ?? [])]) expect(getProvider(name)).toBe(provider);
  }
  for (const name of ['', 'unknown', 'constructor', '__proto__', 'GitHub'])
    expect(getProvider(name)).toBeUndefined();
});

it('lists the ids and the aliases of all providers', () => {
  const names = listProviders().flatMap(({ id, aliases = [] }) => [id, ...aliases]);
  expect(PROVIDER_NAMES).toEqual(names.sort());
});

it.each(listProviders())('$id is complete', (provider) => {
  expect(provider.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(provider.name).not.toBe('');
  expect(provider.evidence).not.toHaveLength(0);
  expect(provider.setup.length).toBeGreaterThanOrEqual(2);
  // The steps are filled into sentences: no doubled or misplaced punctuation.
  for (const step of provider.setup) expect(step).not.toMatch(/,[,.]|\.\.| {2}/);
  for (const variable of [...provider.environment.secrets, ...(provider.environment.verifyTokens ?? [])]) {
    expect(variable).toMatch(/^[A-Z][A-Z0-9_]+$/);
  }
  // Akeneo waits half a second.
  expect(provider.answer.deadlineMs).toBeGreaterThanOrEqual(500);
  expect(new Set(provider.eventTypes).size).toBe(provider.eventTypes.length);
  for (const type of provider.eventTypes) {
    expect(type).toMatch(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/);
    expect(type.startsWith(`${provider.id}.`)).toBe(true);
  }
});
