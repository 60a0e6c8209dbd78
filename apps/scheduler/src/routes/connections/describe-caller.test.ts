import { expect, test } from 'vitest';
import { describeCaller } from './describe-caller.ts';

test.each([
  ['environment', 'the operator key of the environment'],
  ['key_01BX5ZZKBKACTAV9WEVGEMMVRZ', 'the key key_01BX5ZZKBKACTAV9WEVGEMMVRZ'],
  ['ses_01BX5ZZKBKACTAV9WEVGEMMVRZ', 'the session ses_01BX5ZZKBKACTAV9WEVGEMMVRZ'],
  ['jwt:anna%40example.com', 'a JWT of the subject "anna@example.com"'],
])('the caller %s is named in words', (keyId, words) => {
  expect(describeCaller(keyId)).toBe(words);
});
