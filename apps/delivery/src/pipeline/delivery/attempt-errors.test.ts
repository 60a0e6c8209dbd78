import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ATTEMPT_ERRORS } from './attempt-errors.ts';

const page = readFileSync(new URL('../../../../../docs/attempt-errors.md', import.meta.url), 'utf8');

test('each error code has a section with advice in docs/attempt-errors.md, and no other section exists', () => {
  const sections = page.split('\n### ').slice(1);
  const documented = sections.map((section) => /^`([a-z_]+)`\n\n\S.{20,}/.exec(section)?.[1]);
  expect(documented).toEqual([...new Set(documented)]);
  expect([...documented].sort()).toEqual(Object.keys(ATTEMPT_ERRORS).sort());
});

test('the page marks exactly the codes that slow a lane and the codes that are final', () => {
  for (const section of page.split('\n### ').slice(1)) {
    const code = /^`([a-z_]+)`/.exec(section)?.[1] as keyof typeof ATTEMPT_ERRORS;
    const { condition, text } = ATTEMPT_ERRORS[code];
    if (code !== 'http_error')
      expect([code, /\bSlows\b/.test(section)]).toEqual([code, condition === 'strained']);
    expect(text).toMatch(/^[A-Z]/);
  }
});
