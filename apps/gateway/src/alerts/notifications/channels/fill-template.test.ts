import { expect, test } from 'vitest';
import { findTemplateProblem } from './fill-template.ts';

type Template = Parameters<typeof findTemplateProblem>[0];
const channel: Template = {
  method: 'POST',
  url: 'https://example.com/',
  headers: {},
  body: '{"a":"{{text}}"}',
};

test.each<[Partial<Template>, string | undefined]>([
  [{}, undefined],
  [{ body: '{"a":{"b":"{{text}} {{link}}"}}' }, undefined],
  [{ body: 'anything', headers: { 'content-type': 'text/plain; charset=utf-8' } }, undefined],
  [{ method: 'GET', body: '', url: 'https://example.com/?t={{text}}' }, undefined],
  [{ body: '{"a":{{text}}}' }, 'body'],
  [{ body: '{"a":"{{tekst}}"}' }, 'body'],
  [{ body: '{"a":"{{constructor}}"}' }, 'body'],
  [{ url: 'https://example.com/?t={{nothing}}' }, 'url'],
  [{ url: 'https://example.com/{{text}}' }, 'url'],
  [{ url: 'https://{{subject}}.example.com/?t={{text}}' }, 'url'],
  [{ headers: { 'Content-Type': 'application/xml' } }, 'headers/content-type'],
  [{ method: 'GET' }, 'body'],
])('the template %j is checked when it is saved', (change, field) => {
  expect(findTemplateProblem({ ...channel, ...change })?.field).toBe(field);
});

test('the answer to an unknown placeholder names the known ones', () => {
  expect(findTemplateProblem({ ...channel, body: '{"a":"{{tekst}}"}' })?.message).toContain('{{nextStep}}');
});
