import { expect, test } from 'vitest';
import { readRequestId } from './request-id.ts';

test.each(['a', 'A-z_0', '0190f6f2-9c63-7000-8000-000000000000', 'x'.repeat(100)])(
  'the id of a request is the caller’s own if it is well formed: %s',
  (id) => {
    expect(readRequestId({ 'x-request-id': id })).toBe(id);
  },
);

test.each(['', ' ', 'a b', 'ü', 'a,b', '{"a":1}', 'a\u0000b', 'x'.repeat(101), 'a\nb', undefined])(
  'a request with no well-formed id gets a new one: %j',
  (id) => {
    const [first, second] = [1, 2].map(() => readRequestId(id === undefined ? {} : { 'x-request-id': id }));
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).not.toBe(first);
  },
);
