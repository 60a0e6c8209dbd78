import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createTestDatabase,
  startTestNats,
  type TestDatabase,
  type TestNats,
  until,
} from '@hookline/testkit';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './start-gateway.ts';

// A certified provider, at which people sign in by its own development pages.

const CLIENT = { id: 'hookline', secret: 'a-secret-of-the-client' };
/** The claims of the people who sign in, by their names. */
const PEOPLE: Record<string, Record<string, unknown>> = {
  ada: { role: 'operator', email: 'ada@example.com' },
  bob: { role: ['staff', 'tenant'], org: 'acme' },
  cyd: { role: 'tenant_readonly', org: 'acme' },
  eve: {},
  mal: { role: 'tenant' },
};

let nats: TestNats;
let database: TestDatabase;
let judge: Server;
let issuer: string;
let gateway: TestGateway;

/** A free port of this machine, for a gateway whose address must be known before it starts. */
async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function startJudge(redirectUri: string, server: Server, url: string): void {
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    claims: { openid: ['sub', 'role', 'org', 'email'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['a-key-of-the-judge'] },
    findAccount: (_context, sub) => ({
      accountId: sub,
      claims: async () => ({ sub, ...PEOPLE[sub] }),
    }),
  });
  server.on('request', provider.callback());
}

const options = (port: number) => ({
  databaseUrl: database.serviceUrl,
  natsUrl: nats.url,
  port,
  publicUrl: `http://127.0.0.1:${port}`,
  signInLimit: { signIns: 1_000 },
  oidc: {
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    roleClaim: 'role',
    tenantClaim: 'org',
    scope: 'openid',
  },
});

beforeAll(async () => {
  [nats, database] = await Promise.all([startTestNats(), createTestDatabase()]);
  judge = createServer();
  await new Promise<void>((resolve) => judge.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(judge.address() as AddressInfo).port}`;
  const port = await findPort();
  startJudge(`http://127.0.0.1:${port}/api/session/oidc/callback`, judge, issuer);
  gateway = await startGateway(options(port));
  await until(async () => (await fetch(start(), { redirect: 'manual' })).status === 302);
});

afterAll(async () => {
  await gateway?.close();
  judge?.closeAllConnections();
  judge?.close();
  await nats?.stop();
  await database?.drop();
});

const start = (search = '') => `${gateway.url}/api/session/oidc/start${search}`;

/** A browser with cookies by origin, which follows redirects to any of its origins. */
function createBrowser() {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string) => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };
  async function visit(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = jarOf(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const each of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = each.split(';');
      const [name = '', value = ''] = pair.split('=');
      const isOver = attributes.some((attribute) => /max-age=0$|1970/i.test(attribute));
      if (isOver) jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }
  /** Follows redirects until a page, or until an address at which to stop. */
  async function follow(url: string, stopAt: (url: string) => boolean = () => false, init?: RequestInit) {
    let next = url;
    let answer = await visit(next, init);
    for (let count = 0; count < 20 && answer.status >= 300 && answer.status < 400; count++) {
      next = new URL(answer.headers.get('location') ?? '', next).href;
      if (stopAt(next)) break;
      answer = await visit(next);
    }
    return { url: next, answer };
  }
  return { visit, follow, jarOf };
}
type Browser = ReturnType<typeof createBrowser>;

const isCallback = (url: string) => url.includes('/api/session/oidc/callback');

/** Signs a person in at the provider. @returns the address of the callback, which is not called yet */
async function callbackOf(browser: Browser, person: string, search = ''): Promise<string> {
  let { url, answer } = await browser.follow(start(search), isCallback);
  for (let page = 0; page < 4 && !isCallback(url); page++) {
    const html = await answer.text();
    const action = /<form[^>]*action="([^"]+)"/.exec(html)?.[1] ?? url;
    const prompt = /name="prompt" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const fields = new URLSearchParams({ prompt, login: person, password: 'x' });
    ({ url, answer } = await browser.follow(new URL(action, url).href, isCallback, {
      method: 'POST',
      body: fields,
    }));
  }
  expect(isCallback(url)).toBe(true);
  return url;
}

async function signIn(person: string, search = '') {
  const browser = createBrowser();
  const answer = await browser.visit(await callbackOf(browser, person, search));
  const body = answer.status === 302 ? undefined : ((await answer.json()) as { code: string; error: string });
  const shown = await browser.visit(`${gateway.url}/api/session`);
  return { browser, answer, body, session: (await shown.json()) as { data?: Record<string, unknown> } };
}

test('the page for signing in learns that there is an identity provider, and where it begins', async () => {
  const answer = await fetch(`${gateway.url}/api/session/methods`);
  expect(await answer.json()).toEqual({ data: { identityProvider: { path: '/api/session/oidc/start' } } });
});

test('a person signs in at the provider, and has the role and tenant of the claims', async () => {
  const ada = await signIn('ada', '?returnTo=%2Fdashboard%3Ftab%3Devents');
  expect([ada.answer.status, ada.answer.headers.get('location')]).toEqual([302, '/dashboard?tab=events']);
  expect(ada.session.data).toMatchObject({
    kind: 'session',
    role: 'operator',
    userId: null,
    readOnly: false,
  });
  expect((await signIn('bob')).session.data).toMatchObject({
    role: 'tenant',
    userId: 'acme',
    readOnly: false,
  });
  expect((await signIn('cyd')).session.data).toMatchObject({
    role: 'tenant',
    userId: 'acme',
    readOnly: true,
  });
});

test.each([
  ['eve', '"role"'],
  ['mal', '"org"'],
  ['somebody', '"role"'],
])('%s, whose claims give no access, gets no session', async (person, claim) => {
  const { answer, body, session } = await signIn(person);
  expect([answer.status, body?.code]).toEqual([403, 'forbidden']);
  expect(body?.error).toContain(claim);
  expect(session.data).toBe(undefined);
});

test('a callback in another browser, a second time or with a changed state gives no session', async () => {
  const browser = createBrowser();
  const callback = await callbackOf(browser, 'ada');
  const stranger = createBrowser();
  const stolen = await stranger.visit(callback);
  expect([stolen.status, ((await stolen.json()) as { code: string }).code]).toEqual([403, 'sign_in_failed']);
  expect([...stranger.jarOf(gateway.url).keys()]).toEqual([]);

  const other = createBrowser();
  const changed = new URL(await callbackOf(other, 'ada'));
  changed.searchParams.set('state', 'x'.repeat(43));
  expect((await other.visit(changed.href)).status).toBe(403);
  // It was this browser's only try.
  expect([...other.jarOf(gateway.url).keys()]).toEqual([]);

  expect((await browser.visit(callback)).status).toBe(302);
  expect((await browser.visit(callback)).status).toBe(403);
});

test('a code that was begun with another verifier is refused by the provider', async () => {
  const [browser, other] = [createBrowser(), createBrowser()];
  const callback = await callbackOf(browser, 'ada');
  await callbackOf(other, 'ada');
  const jar = browser.jarOf(gateway.url);
  const readFlow = (text: string | undefined) =>
    JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')) as Record<string, string>;
  const [mine, theirs] = [
    readFlow(jar.get('hl-sign-in')),
    readFlow(other.jarOf(gateway.url).get('hl-sign-in')),
  ];
  const mixed = { ...mine, verifier: theirs['verifier'] };
  jar.set('hl-sign-in', Buffer.from(JSON.stringify(mixed)).toString('base64url'));
  const answer = await browser.visit(callback);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'sign_in_failed']);
});

test('an ID token with another nonce is refused', async () => {
  const browser = createBrowser();
  const callback = await callbackOf(browser, 'ada');
  const jar = browser.jarOf(gateway.url);
  const flow = JSON.parse(Buffer.from(jar.get('hl-sign-in') ?? '', 'base64url').toString('utf8'));
  jar.set(
    'hl-sign-in',
    Buffer.from(JSON.stringify({ ...flow, nonce: 'n'.repeat(43) })).toString('base64url'),
  );
  expect((await browser.visit(callback)).status).toBe(403);
});

test.each(['https://evil.example', '//evil.example', '/\\evil.example', 'a'.repeat(600)])(
  'nobody is sent to %s after the sign-in',
  async (returnTo) => {
    const answer = await fetch(start(`?${new URLSearchParams({ returnTo })}`), { redirect: 'manual' });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([400, null]);
  },
);

test('a person who cancels at the provider gets no session', async () => {
  const browser = createBrowser();
  await browser.follow(start(), isCallback);
  const flow = JSON.parse(
    Buffer.from(browser.jarOf(gateway.url).get('hl-sign-in') ?? '', 'base64url').toString('utf8'),
  ) as { state: string };
  const search = new URLSearchParams({ error: 'access_denied', state: flow.state, iss: issuer });
  const answer = await browser.visit(`${gateway.url}/api/session/oidc/callback?${search}`);
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([403, 'sign_in_failed']);
});

test('the gateway starts without the provider, and signs people in once the provider is there', async () => {
  const [port, away] = [await findPort(), await findPort()];
  const late = await startGateway({
    ...options(port),
    oidc: { ...options(port).oidc, issuer: `http://127.0.0.1:${away}` },
  });
  const begin = () => fetch(`${late.url}/api/session/oidc/start`, { redirect: 'manual' });
  const server = createServer();
  try {
    const refused = await begin();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect((await fetch(`${late.url}/readyz`)).status).toBe(200);
    startJudge(`${late.url}/api/session/oidc/callback`, server, `http://127.0.0.1:${away}`);
    await new Promise<void>((resolve) => server.listen(away, '127.0.0.1', resolve));
    await until(async () => (await begin()).status === 302);
  } finally {
    await late.close();
    server.closeAllConnections();
    server.close();
  }
});

test('without settings of a provider the routes do not exist', async () => {
  const plain = await startGateway({ databaseUrl: database.serviceUrl, natsUrl: nats.url });
  try {
    expect((await fetch(`${plain.url}/api/session/oidc/start`, { redirect: 'manual' })).status).toBe(401);
  } finally {
    await plain.close();
  }
});
