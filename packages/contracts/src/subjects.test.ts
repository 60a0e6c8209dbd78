import { expect, test } from 'vitest';
import { eventSubject, toSubjectToken } from './subjects.ts';

test('a subject carries tenant, provider and type without repeating the provider', () => {
  expect(eventSubject('acme', 'github', 'github.workflow_job.completed')).toBe(
    'events.acme.github.workflow_job.completed',
  );
  expect(eventSubject('acme', 'app', 'project.created')).toBe('events.acme.app.project.created');
});

test('no two tenants share a token, and no token holds a wildcard or a dot', () => {
  const names = ['a.b', 'a=2Eb', 'a b', 'a*b', 'a>b', 'ä', 'a', 'A', '', '='];
  const tokens = names.map(toSubjectToken);
  expect(new Set(tokens).size).toBe(names.length);
  for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9_=-]+$/);
});
