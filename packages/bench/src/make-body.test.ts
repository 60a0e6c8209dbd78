import { expect, test } from 'vitest';
import { makeBody } from './make-body.ts';

test('a body is JSON of exactly the requested size', () => {
  for (const bytes of [600, 2_048, 20_000]) {
    const body = makeBody(7, bytes, 't07');
    expect(body.length).toBe(bytes);
    expect(JSON.parse(body.toString())).toMatchObject({ action: 't07', number: 7 });
  }
});

test('a size that is too small for the members of a body is refused', () => {
  expect(() => makeBody(7, 100, 't07')).toThrow('too small');
});
