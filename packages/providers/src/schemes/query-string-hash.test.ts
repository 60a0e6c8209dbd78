import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { queryStringHash } from './query-string-hash.ts';

/** The first is the example of Atlassian's documentation. */
it.each([
  [
    'GET',
    'https://a.example/path/to/service?zee_last=param&repeated=parameter 1&first=param&repeated=parameter 2',
    'GET&/path/to/service&first=param&repeated=parameter%201,parameter%202&zee_last=param',
  ],
  ['post', 'https://a.example?jwt=abc&a=1', 'POST&/&a=1'],
  ['GET', 'https://a.example/p?r=/&r=.', 'GET&/p&r=.,%2F'],
  ['GET', "https://a.example/a&b/?x=(1)*!'", 'GET&/a%26b&x=%281%29%2A%21%27'],
])('%s %s', (method, url, canonical) => {
  expect(queryStringHash(method, url)).toBe(createHash('sha256').update(canonical).digest('hex'));
});

it('an invalid address has no hash', () => {
  expect(queryStringHash('GET', 'nonsense')).toBeUndefined();
});
