import { expect, it } from 'vitest';
import { listProviders } from '../index.ts';

/** What the end of a type looks like that was cut in two: by the next line, or by a space. */
const TORN = /(?:^|\.)[-_]|[-_]$|[-_]\.|\.$|\.\./;

it('every type that a provider lists is whole, is its own, and is there once', () => {
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
