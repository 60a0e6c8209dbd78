import { expect, it } from 'vitest';
import { fillRequest } from './fill-request.ts';
import type { RequestTemplate } from './request-template.ts';

const template: RequestTemplate = {
  method: 'GET',
  url: 'https://api.github.com/repos/{owner}/{repository}/events',
  query: { per_page: '100', since: '{cursor}' },
  headers: { accept: 'application/json', 'x-topic': '{topicName}' },
  authorization: 'bearer',
};
const values = { owner: 'acme', repository: 'api', accessToken: 'a-token' };

it('fills the address, the query and the headers, and omits what has no value', () => {
  expect(fillRequest(template, values)).toEqual({
    method: 'GET',
    url: 'https://api.github.com/repos/acme/api/events?per_page=100',
    headers: { accept: 'application/json', authorization: 'Bearer a-token' },
  });
  const { url } = fillRequest(template, { ...values, cursor: '2026-12-01T00:00:00+01:00' });
  expect(new URL(url).searchParams.get('since')).toBe('2026-12-01T00:00:00+01:00');
});

it('percent-encodes a value, so that it stays one segment of the path', () => {
  for (const repository of ['a/b', 'a?b#c', '../x', 'ä b', '%2e%2e', 'a\\b', '\ud800']) {
    const { url } = fillRequest(template, { ...values, repository });
    const { pathname, origin } = new URL(url);
    expect(origin).toBe('https://api.github.com');
    expect(pathname.split('/')).toHaveLength(5);
    expect(pathname.endsWith('/events')).toBe(true);
  }
});

it.each(['.', '..', '', undefined])('refuses %j as a part of the path', (repository) => {
  expect(() => fillRequest(template, { ...values, repository })).toThrow(/\{repository\}/);
});

it('refuses to call without the token that the template needs', () => {
  expect(() => fillRequest(template, { ...values, accessToken: undefined })).toThrow(/\{accessToken\}/);
  expect(() => fillRequest({ ...template, authorization: 'client' }, values)).toThrow(/\{clientId\}/);
});

it('a name of the prototype is not a value', () => {
  const url = 'https://example.com/{constructor}';
  expect(() => fillRequest({ method: 'GET', url, authorization: 'none' }, {})).toThrow(/\{constructor\}/);
});

it('sends the id and the secret of the application as Basic', () => {
  const { headers } = fillRequest(
    { method: 'POST', url: 'https://example.com/', authorization: 'client' },
    { clientId: 'id', clientSecret: 'a:b' },
  );
  expect(headers['authorization']).toBe(`Basic ${btoa('id:a%3Ab')}`);
});

it('fills a form and a JSON body, and a list stands for a text that is one placeholder', () => {
  const form = fillRequest(
    {
      method: 'POST',
      url: 'https://example.com/',
      body: { form: { token: '{refreshToken}', lease: '{cursor}' } },
      authorization: 'none',
    },
    { refreshToken: 'a b&c' },
  );
  expect(form.body).toBe('token=a+b%26c');
  expect(form.headers['content-type']).toBe('application/x-www-form-urlencoded');

  const json = fillRequest(
    {
      method: 'PUT',
      url: 'https://example.com/',
      body: {
        json: { events: '{fields}', active: true, config: { url: '{callbackUrl}', gone: '{cursor}' } },
      },
      authorization: 'none',
    },
    { fields: ['push', 'issues'], callbackUrl: 'https://h.example/"x"' },
  );
  expect(JSON.parse(json.body ?? '')).toEqual({
    events: ['push', 'issues'],
    active: true,
    config: { url: 'https://h.example/"x"' },
  });
  expect(() => fillRequest(template, { ...values, owner: ['a'] })).toThrow(/list/);
});

it('calls another origin in place of the one in the template, with its path', () => {
  const origins = { 'https://api.github.com': 'http://127.0.0.1:9000/github-api/' };
  expect(fillRequest(template, values, origins).url).toBe(
    'http://127.0.0.1:9000/github-api/repos/acme/api/events?per_page=100',
  );
  expect(fillRequest(template, values, { 'https://github.com': 'http://other' }).url).toMatch(
    /^https:\/\/api\.github\.com\//,
  );
});
