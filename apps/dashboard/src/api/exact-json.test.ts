import { expect, test } from 'vitest';
import { parseExactly } from './exact-json.ts';

test.each([
  '12345678901234567890',
  '1.0',
  '1e3',
  '-0',
  '{"a":[1,2.50,{"b":0.1}],"c":"12345678901234567890"}',
])('%s is written as it was read', (text) => {
  expect(JSON.stringify(parseExactly(text))).toBe(text);
});

test('what is not JSON is refused', () => {
  expect(() => parseExactly('{"a":}')).toThrow(SyntaxError);
});
