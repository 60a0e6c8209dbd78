import { expect, test } from 'vitest';
import { readKeys } from './read-keys.ts';

test('letters and arrow keys ask for the same', () => {
  expect(readKeys('jk\u001b[B\u001b[A')).toEqual(['down', 'up', 'down', 'up']);
  expect(readKeys('\rrocfpq')).toEqual(['details', 'again', 'open', 'curl', 'failures', 'pause', 'quit']);
});

test('an unknown key does nothing, and an unknown sequence is not read as letters', () => {
  expect(readKeys('xyz')).toEqual([]);
  expect(readKeys('\u001b[1;5q')).toEqual([]);
  expect(readKeys('j\u001b')).toEqual(['down']);
});
