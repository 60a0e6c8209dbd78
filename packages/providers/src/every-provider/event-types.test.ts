import { expect, it } from 'vitest';
import { listProviders } from '../index.ts';

/** Matches a type that a line break or a space cut in two. */
const TORN = /(?:^|\.)[-_]|[-_]$|[-_]\.|\.$|\.\./;

it('every listed type of a provider is complete, begins with the provider, and is unique', () => {
  const faults: string[] = [];
  for (const { id, eventTypes } of listProviders()) {
    const seen = new Set<string>();
    for (const type of eventTypes) {
      if (seen.has(type)) faults.push(`${type} twice`);
      seen.add(type);
      const tokens = type.slice(id.length + 1).split('.');
      if (!type.startsWith(`${id}.`) || TORN.test(tokens.join('.'))) faults.push(`${type} is torn`);
      if (tokens.some((token, index) => token === (tokens[index - 1] ?? id)))
        faults.push(`${type} says a part twice`);
    }
  }
  expect(faults).toEqual([]);
});
