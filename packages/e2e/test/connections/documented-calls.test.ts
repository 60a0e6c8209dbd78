import { readFileSync } from 'node:fs';
import { DEFAULT_CLIENT_SECRET, EMULATED_CLIENTS } from '@hookline/emulators';
import { expect, onTestFinished, test } from 'vitest';
import { eventually, readDocumentedCalls, readNamedCalls, startConnectionScene } from '../../src/index.ts';

const DOCUMENT = readFileSync(new URL('../../../../docs/connections.md', import.meta.url), 'utf8');
const USER = 'reader';

interface Answer {
  status: number;
  data: Record<string, unknown>;
  text: string;
}

test('every line of curl in docs/connections.md, and every call that it names, works as it stands', async () => {
  const scene = await startConnectionScene();
  onTestFinished(() => scene.stop());
  const { system, emulators } = scene;
  const gateway = system.stack.urls.gateway;
  const { key } = await system.call<{ key: string }>('POST', '/api/keys', {
    userId: USER,
    scopes: ['*', 'connections:token'],
  });

  async function send(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> {
    const answer = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(60_000),
    });
    const text = await answer.text();
    const json = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
    return { status: answer.status, data: json.data ?? {}, text };
  }
  const call = (method: string, path: string, body?: object) =>
    send(
      method,
      `${gateway}${path}`,
      { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      body && JSON.stringify(body),
    );

  // The document has … in the place of the reader's own values, which here are those of emulated providers.
  const issued = emulators.github.issueToken({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    scopes: [],
  });
  const repository = 'octo-ada/documented';
  emulators.github.createRepository({ repository });
  await emulators.github.install({
    clientId: EMULATED_CLIENTS.githubApp,
    account: 'octo-ada',
    repositories: [repository],
  });
  const values: Readonly<Record<string, string>> = {
    clientId: EMULATED_CLIENTS.spotify,
    clientSecret: DEFAULT_CLIENT_SECRET,
    refreshToken: issued.refreshToken ?? '',
  };
  const github = await call('POST', '/api/oauth-apps', {
    provider: 'github',
    clientId: EMULATED_CLIENTS.githubApp,
    clientSecret: DEFAULT_CLIENT_SECRET,
    settings: { kind: 'github_app', origins: emulators.origins.github },
  });
  expect(github.status, github.text).toBe(201);
  const fill = (body: string): string => {
    const given: Record<string, unknown> = JSON.parse(body);
    for (const [name, value] of Object.entries(given)) if (value === '…') given[name] = values[name];
    if ('clientId' in given) given['settings'] = { origins: emulators.origins.spotify };
    return JSON.stringify(given);
  };

  const variables: Record<string, string> = { HOOKLINE: gateway, KEY: key, CONNECTION: 'not-yet' };
  const count = readDocumentedCalls(DOCUMENT, variables).length;
  expect(count).toBeGreaterThanOrEqual(5);
  for (let index = 0; index < count; index++) {
    const documented = readDocumentedCalls(DOCUMENT, variables)[index];
    if (documented === undefined) throw new Error('the document changed');
    const { method, url, headers, body } = documented;
    const answer = await send(method, url, headers, body && fill(body));
    expect([documented.text, answer.status, answer.text]).toEqual([
      documented.text,
      expect.toSatisfy((status: number) => status >= 200 && status < 300),
      answer.text,
    ]);
    if (url.endsWith('/api/connections')) variables['CONNECTION'] = String(answer.data['id']);
  }

  const connection = variables['CONNECTION'] ?? '';
  const bodies: Readonly<Record<string, object>> = {
    'PATCH /api/connections/:id': { settings: { intervals: { 'repository-events': 43_200 } } },
    'POST /api/events': { type: 'report.due', data: { report: 'sales' } },
  };
  const named = readNamedCalls(DOCUMENT);
  expect(named.length).toBeGreaterThanOrEqual(8);
  const isLast = ({ method }: { method: string }) => Number(method === 'DELETE');
  for (const { method, path } of named.toSorted((a, b) => isLast(a) - isLast(b))) {
    const id = path.startsWith('/api/oauth-apps') ? String(github.data['id']) : connection;
    const body = bodies[`${method} ${path}`];
    const answer = await eventually(async () => {
      const found = await call(method, path.replace(':id', id), body);
      // The refresh that a line before has asked for may still be under way.
      return found.status === 503 ? undefined : found;
    }, `an answer to ${method} ${path}`);
    expect([method, path, answer.status, answer.text]).toEqual([
      method,
      path,
      expect.toSatisfy((status: number) => status >= 200 && status < 400),
      answer.text,
    ]);
  }
});
