import { expect, test } from 'vitest';
import { readIdentity } from './find-identity.ts';

const read = (json: string) =>
  readIdentity(
    { kind: 'access', request: { method: 'GET', url: 'https://a.example' }, id: ['/id'] } as never,
    {
      value: JSON.parse(json),
      bytes: Buffer.from(json),
    },
  ).id;

test('the id of an account keeps all its digits', () => {
  expect(read('{"id":12345678901234567890}')).toBe('12345678901234567890');
  expect(read('{"id":"007"}')).toBe('007');
});

test('an id that could only be stored in another form is refused, because it could become that of another account', () => {
  expect(read(`{"id":"${'a'.repeat(300)}"}`)).toHaveLength(300);
  for (const id of ['a'.repeat(301), '\\u0000', 'a\\ud800'])
    expect(() => read(`{"id":"${id}"}`)).toThrow('characters that cannot be stored');
});
