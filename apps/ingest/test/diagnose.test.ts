import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createHarness, pathOf, type Replica, waitForRejections } from './harness.ts';
import { type SignedRequest, signGithub, signStripe } from './sign.ts';

const secret = 'the-present-secret';
const BODY = '{"action":"opened","repository":{"full_name":"acme/api"}}';

interface Step {
  step: string;
  ok: boolean | null;
  detail: string;
}

async function start(provider = 'github') {
  const harness = await createHarness();
  const replica = await harness.startReplica();
  const source = await replica.createSource({ provider, secret }, 'acme');
  const diagnose = (body: unknown, as: string | undefined = 'acme') =>
    replica.call('POST', `/api/sources/${source.id}/diagnose`, { as, body });
  return { ...harness, replica, source, diagnose };
}

const parts = ({ headers, body }: SignedRequest) => ({ headers, body: body.toString() });
const okBy = (steps: Step[]) => Object.fromEntries(steps.map(({ step, ok }) => [step, ok]));
const signed = (body = BODY, by = secret) =>
  signGithub({ secret: by, body, event: 'issues', id: 'delivery-1' });

test('a valid request passes each step, and its diagnosis shows its event without storing it', async () => {
  const { diagnose, readEvents, replica } = await start();
  const { status, json } = await diagnose(parts(signed()));
  expect(status).toBe(200);
  expect(json.data).toMatchObject({ accepted: true, cause: null, hint: null, wouldMatch: null });
  expect(okBy(json.data.steps)).toEqual({
    address: true,
    headers: true,
    timestamp: null,
    signature: true,
    body: true,
    event: true,
  });
  expect(json.data.events).toEqual([
    {
      type: 'github.issues.opened',
      source: '/github/acme/api',
      subject: 'acme/api',
      providerDeliveryId: 'delivery-1',
      action: 'opened',
      repository: 'acme/api',
    },
  ]);
  expect(await readEvents()).toEqual([]);
  expect((await replica.call('GET', '/api/rejections')).json.data).toEqual([]);
});

test('a request has the same diagnosis in each input form', async () => {
  const { diagnose, source } = await start();
  const request = { ...signed(), body: Buffer.from(`${BODY}\n`) };
  const lines = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  const forms = [
    parts(request),
    { headers: request.headers, bodyBase64: request.body.toString('base64'), url: source.url },
    { raw: [`POST ${pathOf(source)} HTTP/1.1`, ...lines, '', `${request.body}`].join('\r\n') },
    { raw: [...lines, '', `${request.body}`].join('\n') },
    {
      curl: `curl -X POST '${source.url}' ${lines.map((line) => `-H '${line}'`).join(' \\\n ')} --data-raw $'${BODY}\\n'`,
    },
  ];
  for (const form of forms) {
    const { json } = await diagnose(form);
    expect(json.data).toMatchObject({
      accepted: false,
      cause: 'body_trailing_newline',
      wouldMatch: 'the body without the line break at its end',
    });
    expect(okBy(json.data.steps)).toMatchObject({
      address: true,
      headers: true,
      signature: false,
      event: null,
    });
  }
});

test('the diagnosis distinguishes the previous secret from the current secret', async () => {
  const { diagnose, replica, source } = await start();
  const change = (next: string) =>
    replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { secret: next } });
  await change('second');
  const accepted = (await diagnose(parts(signed()))).json.data;
  const signature = accepted.steps.find(({ step }: Step) => step === 'signature');
  expect([accepted.accepted, signature.detail]).toEqual([
    true,
    expect.stringContaining('does not use the new one yet'),
  ]);
  await change('third');
  expect((await diagnose(parts(signed()))).json.data).toMatchObject({
    accepted: false,
    cause: 'retired_secret',
    wouldMatch: expect.stringContaining('the secret set on '),
  });
});

test('the diagnosis reports a request’s age, and compares it with the tolerance if the time of receipt is known', async () => {
  const { diagnose } = await start('stripe');
  const atMs = Date.now() - 3_600_000;
  const request = parts(signStripe({ secret, body: '{"id":"evt_1","type":"invoice.paid"}', atMs }));
  const unknown = (await diagnose(request)).json.data;
  expect(unknown.accepted).toBe(true);
  expect(unknown.steps.find(({ step }: Step) => step === 'timestamp')).toMatchObject({
    ok: null,
    detail: expect.stringMatching(/^Signed 360\d s before now\. Set receivedAt/),
  });
  const at = (ms: number) => diagnose({ ...request, receivedAt: new Date(ms).toISOString() });
  expect((await at(atMs + 10_000)).json.data.accepted).toBe(true);
  const late = (await at(atMs + 1_000_000)).json.data;
  expect(late).toMatchObject({ accepted: false, cause: 'timestamp_too_old' });
  expect(okBy(late.steps)).toMatchObject({ timestamp: false, signature: true });
});

test('the diagnosis names each cause other than the signature, such as a partial body or a disabled source', async () => {
  const { diagnose, replica, source } = await start();
  const other = await replica.createSource({ provider: 'github', secret: 'x' }, 'acme');
  const request = signed();
  const cut = (
    await diagnose({ headers: { ...request.headers, 'content-length': '57' }, body: BODY.slice(0, 20) })
  ).json.data;
  expect(cut.steps.find(({ step }: Step) => step === 'body')).toMatchObject({
    ok: false,
    detail: expect.stringContaining('Content-Length is 57 bytes, but the body has 20'),
  });
  const elsewhere = (await diagnose({ ...parts(request), url: other.url })).json.data;
  expect([elsewhere.accepted, elsewhere.cause]).toEqual([false, 'address_unknown']);
  const get = (await diagnose({ method: 'GET', headers: {} })).json.data;
  expect([get.accepted, get.cause]).toEqual([false, 'method_not_allowed']);
  await replica.call('PUT', `/api/sources/${source.id}`, {
    as: 'acme',
    body: { allowedIps: ['203.0.113.1'], events: ['github.push'] },
  });
  const filtered = (await diagnose({ ...parts(request), clientAddress: '203.0.113.1' })).json.data;
  expect([filtered.accepted, filtered.cause]).toEqual([false, 'filtered']);
  const stranger = (await diagnose({ ...parts(request), clientAddress: '203.0.113.2' })).json.data;
  expect([stranger.accepted, stranger.cause]).toEqual([false, 'address_not_allowed']);
  await replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { active: false } });
  expect((await diagnose(parts(request))).json.data.steps[0]).toMatchObject({ step: 'address', ok: false });
});

test('a stored rejection is diagnosed from the findings at its receipt', async () => {
  const { diagnose, replica, source } = await start();
  const request = signed();
  await replica.deliver(pathOf(source), { headers: request.headers, body: Buffer.from(`${BODY}\n`) });
  const [kept] = await waitForRejections(replica, 1);
  const { json } = await diagnose({ rejectionId: kept?.['id'] });
  expect(json.data).toMatchObject({ accepted: false, cause: 'body_trailing_newline', events: [] });
  expect(okBy(json.data.steps)).toMatchObject({ headers: true, signature: false, body: null });
  const other = await replica.createSource({ provider: 'github', secret: 'x' }, 'acme');
  const path = `/api/sources/${other.id}/diagnose`;
  const foreign = await replica.call('POST', path, { as: 'acme', body: { rejectionId: kept?.['id'] } });
  expect(foreign.status).toBe(404);
});

test('only the source’s tenant may ask for a diagnosis, which names only sources of the same tenant', async () => {
  const { diagnose, replica } = await start();
  expect((await diagnose(parts(signed()), 'other')).status).toBe(404);
  await replica.createSource({ provider: 'github', secret: 'of-other', name: 'foreign' }, 'other');
  for (const as of ['acme', undefined]) {
    const { json } = await diagnose(parts(signed(BODY, 'of-other')), as);
    expect([as, json.data.cause]).toEqual([as, 'wrong_secret']);
    expect(JSON.stringify(json)).not.toContain('foreign');
  }
});

test('no diagnosis contains a secret or a valid signature', async () => {
  const { replica } = await start();
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const ask = async (asker: Replica, id: string, request: object) =>
    (await asker.call('POST', `/api/sources/${id}/diagnose`, { as: 'acme', body: request })).text;
  const github = await replica.createSource({ provider: 'github', secret: 'first' }, 'acme');
  for (const next of [`${canary}-retired`, `${canary}-before`, canary]) {
    await replica.call('PUT', `/api/sources/${github.id}`, { as: 'acme', body: { secret: next } });
  }
  const bodies = [BODY, `${BODY}\n`, JSON.stringify(JSON.parse(BODY), null, 2)];
  for (const by of [canary, `${canary}-retired`, `${canary}-before`, ` ${canary}`, 'wrong']) {
    for (const body of bodies) {
      const right = signed(body, by).headers['x-hub-signature-256'] as string;
      const unsigned = { ...signed(body, 'wrong').headers };
      // With the signature by `by`, with a wrong signature, and without a signature.
      const { 'x-hub-signature-256': _, ...without } = unsigned;
      for (const headers of [signed(body, by).headers, unsigned, without]) {
        const text = await ask(replica, github.id, { headers, body });
        expect(text).not.toContain(canary);
        expect(text).not.toContain(right.slice('sha256='.length));
      }
    }
  }
});

test('a request that cannot be parsed is refused with the reason', async () => {
  const { diagnose } = await start();
  for (const [body, error] of [
    [{}, /exactly one form/],
    [{ body: 'x' }, /exactly one form/],
    [{ headers: {}, raw: 'x' }, /exactly one form/],
    [{ headers: {}, body: 'x', bodyBase64: 'eA==' }, /not both/],
    [{ headers: {}, bodyBase64: 'e!A==' }, /bodyBase64 must be base64/],
    [{ headers: { 'a b': 'x' } }, /is not a header name/],
    [{ headers: {}, url: 'http://[' }, /URL/],
    [{ raw: 'no header\n\n' }, /line 1/],
    [{ curl: 'curl x -F a=b' }, /-F is not supported/],
    [{ curl: 'curl $(id)' }, /shell/],
    [{ rejectionId: 'rej_1', headers: {} }, /rejectionId must be the only field/],
    [{ headers: {}, nonesuch: 1 }, /nonesuch/],
  ] as const) {
    const answer = await diagnose(body);
    expect([body, answer.status, answer.json.code]).toEqual([body, 400, 'invalid_request']);
    expect(answer.json.error).toMatch(error);
  }
  expect((await diagnose({ rejectionId: 'rej_1' })).status).toBe(404);
});

const withEncoding = (name: string, { headers }: SignedRequest) => ({ ...headers, 'content-encoding': name });

test('a diagnosis names what is wrong with a header or a body whose signature is right, and no other provider', async () => {
  const { diagnose } = await start();
  const { headers, body } = signed();
  const tell = async (request: SignedRequest) => {
    const { json } = await diagnose({
      headers: request.headers,
      bodyBase64: request.body.toString('base64'),
    });
    const failed = json.data.steps.find(({ ok }: { ok: boolean | null }) => ok === false);
    return [failed.detail, json.data.hint];
  };
  expect(await tell({ headers: { ...headers, 'x-github-delivery': 'two words' }, body })).toEqual([
    'The header x-github-delivery has another form than the one that GitHub sends.',
    `A header does not have this provider's format. Check whether a proxy changes it. The header is "x-github-delivery".`,
  ]);
  const hint = expect.stringMatching(/^The signature is right, but the body is not of the form/);
  for (const [text, what] of [
    ['[1]', 'a JSON list'],
    ['"a"', 'a JSON string'],
    ['7', 'a JSON number'],
    ['null', 'the JSON value null'],
  ] as const)
    expect(await tell(signGithub({ secret, body: text }))).toEqual([
      `The body must be a JSON object; it is ${what}.`,
      hint,
    ]);
  expect(await tell(signGithub({ secret, body: '{' }))).toEqual(['The body is not valid JSON.', hint]);
});

test('a diagnosis runs every check of the webhook handler, and refuses the same requests for the same reasons', async () => {
  const { diagnose, replica, source } = await start();
  const { headers, body } = signed();
  const gzipped = gzipSync(body);
  const bomb = gzipSync(Buffer.alloc(4_000_000, 0x20));
  const cases: [string, SignedRequest, string[]][] = [
    ['unchanged', { headers, body }, []],
    ['compressed', { headers: { ...headers, 'content-encoding': 'gzip' }, body: gzipped }, []],
    [
      'with a Content-Encoding that names no coding',
      { headers: { ...headers, 'content-encoding': 'UTF-8' }, body },
      [],
    ],
    ['of another content type', { headers: { ...headers, 'content-type': 'json' }, body }, []],
    [
      'with an unsupported Content-Encoding',
      { headers: { ...headers, 'content-encoding': 'compress' }, body },
      ['headers', 'body_compressed'],
    ],
    [
      'cut',
      {
        headers: {
          ...signGithub({ secret, body: gzipped.subarray(0, 20) }).headers,
          'content-encoding': 'gzip',
        },
        body: gzipped.subarray(0, 20),
      },
      ['body', 'body_malformed'],
    ],
    [
      'a bomb',
      { headers: { ...headers, 'content-encoding': 'gzip' }, body: bomb },
      ['body', 'body_too_large'],
    ],
    [
      'without an event',
      { headers: { ...headers, 'x-github-event': '' }, body },
      ['headers', 'header_missing'],
    ],
    ['no JSON', signGithub({ secret, body: 'text' }), ['body', 'body_malformed']],
    ['a list', signGithub({ secret, body: '[1]' }), ['body', 'body_malformed']],
    [
      'with an odd delivery id',
      { headers: { ...headers, 'x-github-delivery': 'two words' }, body },
      ['headers', 'header_malformed'],
    ],
    [
      'unreadable, with a Content-Encoding that nobody knows',
      {
        ...signGithub({ secret, body: 'text' }),
        headers: withEncoding('foo', signGithub({ secret, body: 'text' })),
      },
      ['headers', 'body_compressed'],
    ],
  ];
  for (const [what, request, refused] of cases) {
    const answer = await replica.deliver(pathOf(source), request);
    const { json } = await diagnose({
      headers: request.headers,
      bodyBase64: request.body.toString('base64'),
    });
    expect([what, json.data.accepted]).toEqual([what, answer.status === 200]);
    const failed = (json.data.steps as Step[]).filter(({ ok }) => ok === false).map(({ step }) => step);
    expect([what, ...failed, json.data.cause]).toEqual([what, ...(refused.length > 0 ? refused : [null])]);
  }
});

test('a GET to a generic source is diagnosed with its query', async () => {
  const { replica } = await start();
  const source = await replica.createSource(
    { provider: 'bearer', secret: 'a-token', options: { methods: 'GET' } },
    'acme',
  );
  const { json } = await replica.call('POST', `/api/sources/${source.id}/diagnose`, {
    as: 'acme',
    body: { curl: `curl '${source.url}?type=lamp.on' -H 'Authorization: Bearer a-token'` },
  });
  expect(json.data).toMatchObject({ accepted: true, events: [{ type: 'bearer.lamp.on' }] });
});
