import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createHarness, pathOf, waitForRejections } from './harness.ts';
import { type SignedRequest, signGithub, signSlack, signStandardWebhook, signStripe } from './sign.ts';

const secret = 'the-present-secret';
const BODY = '{"ref":"main","text":"grüße/1","n":1}';
const base64Key = (fill: number) => `whsec_${Buffer.alloc(24, fill).toString('base64')}`;

/** A request whose body was changed after signing, as a proxy might. */
function changed(signed: SignedRequest, body: string | Buffer): SignedRequest {
  return { headers: signed.headers, body: Buffer.from(body) };
}

interface Case {
  what: string;
  request: SignedRequest;
  cause: string;
  wouldMatch: unknown;
  hint?: RegExp;
}

const github = (body: string | Buffer, by = secret) => signGithub({ secret: by, body });
const CASES: Case[] = [
  { what: 'an unknown secret', request: github(BODY, 'wrong'), cause: 'wrong_secret', wouldMatch: null },
  {
    what: 'a retired secret',
    request: github(BODY, 'first'),
    cause: 'retired_secret',
    wouldMatch: expect.stringMatching(/^the secret set on \d{4}-\d\d-\d\d$/),
  },
  {
    what: 'the secret of another environment',
    request: github(BODY, 'of-staging'),
    cause: 'other_source_secret',
    wouldMatch: 'the secret of your source "API" (staging)',
    hint: /"API" \(staging\)/,
  },
  {
    what: 'a secret with a line break',
    request: github(BODY, `${secret}\n`),
    cause: 'secret_whitespace',
    wouldMatch: expect.stringContaining('with a line break at its end'),
  },
  {
    what: 'a secret with a prefix',
    request: github(BODY, `whsec_${secret}`),
    cause: 'secret_prefix',
    wouldMatch: expect.stringContaining('with the prefix whsec_'),
  },
  {
    what: 'reserialized JSON whose original spacing is not a usual one',
    request: changed(github('{ "ref": "main" }'), '{"ref": "main"}'),
    cause: 'wrong_secret',
    wouldMatch: null,
  },
  {
    what: 'reserialized JSON whose original had spaces',
    request: changed(
      github('{"ref": "main", "list": [1, {"a": "x\\ny"}]}'),
      '{"ref":"main","list":[1,{"a":"x\\ny"}]}',
    ),
    cause: 'body_reserialized',
    wouldMatch: 'the JSON with a space after each comma and colon',
  },
  {
    what: 'reserialized JSON whose original was indented',
    request: changed(github(JSON.stringify(JSON.parse(BODY), null, 2)), BODY),
    cause: 'body_reserialized',
    wouldMatch: 'the JSON indented by 2',
  },
  {
    what: 'reserialized JSON whose original had escapes',
    request: changed(github('{"ref":"main","text":"gr\\u00fc\\u00dfe\\/1","n":1}'), BODY),
    cause: 'body_reserialized',
    wouldMatch: 'the JSON without spaces, in ASCII and with slashes escaped',
  },
  {
    what: 'an added line break',
    request: changed(github(BODY), `${BODY}\n`),
    cause: 'body_trailing_newline',
    wouldMatch: 'the body without the line break at its end',
  },
  {
    what: 'a removed line break',
    request: changed(github(`${BODY}\r\n`), BODY),
    cause: 'body_trailing_newline',
    wouldMatch: 'the body with a line break (CR LF) at its end',
  },
  {
    what: 'changed line breaks',
    request: changed(github('{\r\n"a":1\r\n}'), '{\n"a":1\n}'),
    cause: 'body_line_endings',
    wouldMatch: 'the body with CR LF for line breaks',
  },
  {
    what: 'a byte order mark',
    request: changed(github(BODY), `\uFEFF${BODY}`),
    cause: 'body_byte_order_mark',
    wouldMatch: 'the body without the byte order mark',
  },
  {
    what: 'another charset',
    request: changed(github(BODY), Buffer.from(BODY, 'latin1')),
    cause: 'body_charset',
    wouldMatch: 'the body in UTF-8',
  },
  {
    what: 'a decoded form',
    request: changed(github(new URLSearchParams({ payload: BODY }).toString()), BODY),
    cause: 'body_form_decoded',
    wouldMatch: 'the form whose field `payload` holds the JSON',
  },
  {
    what: 'no signature',
    request: { headers: { 'content-type': 'application/json' }, body: Buffer.from(BODY) },
    cause: 'signature_missing',
    wouldMatch: null,
  },
  {
    what: 'a request of Slack',
    request: signSlack({ secret: 'of-slack', body: BODY }),
    cause: 'wrong_provider',
    wouldMatch: 'a source for Slack',
  },
];

test('each rejection is stored with its cause, and the sender’s answer does not reveal the cause', async () => {
  const { startReplica } = await createHarness({ rejectionsPerMinute: 100 });
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret: 'first' }, 'acme');
  for (const next of ['second', secret]) {
    await replica.call('PUT', `/api/sources/${source.id}`, { as: 'acme', body: { secret: next } });
  }
  const staging = { provider: 'github', secret: 'of-staging', name: 'API', environment: 'staging' };
  await replica.createSource(staging, 'acme');
  // Another tenant's secret is never tried, nor mentioned.
  await replica.createSource({ provider: 'github', secret: 'wrong' }, 'other');

  for (const [index, { what, request, cause, wouldMatch, hint }] of CASES.entries()) {
    const answer = await replica.deliver(pathOf(source), request);
    expect([what, answer.status]).toEqual([what, 401]);
    expect(Object.keys(answer.json)).toEqual(['error', 'code', 'requestId']);
    const [kept] = await waitForRejections(replica, index + 1, `?sourceId=${source.id}`);
    expect({ what, cause: kept?.['cause'], wouldMatch: kept?.['wouldMatch'] }).toEqual({
      what,
      cause,
      wouldMatch,
    });
    expect(kept?.['hint']).toMatch(hint ?? /\w/);
    const text = JSON.stringify(kept);
    for (const hidden of [secret, 'second', 'of-staging']) expect(text).not.toContain(hidden);
  }
}, 60_000);

const ofEnvironment = 'the-environments-secret';
const environmentSecrets = new Map([['github', { secrets: [ofEnvironment], verifyTokens: [] }]]);
const NAMED = 'the secret of the environment (GITHUB_WEBHOOK_SECRET)';

test('the environment’s secret on a source’s request has its own cause, in the rejection and in the diagnosis', async () => {
  const { startReplica } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const request = github(BODY, ofEnvironment);
  for (const path of [pathOf(source), '/api/webhooks/github/acme']) {
    expect((await replica.deliver(path, request)).status).toBe(401);
  }
  const kept = await waitForRejections(replica, 2, `?sourceId=${source.id}`);
  const diagnosis = await replica.call('POST', `/api/sources/${source.id}/diagnose`, {
    as: 'acme',
    body: { headers: request.headers, body: request.body.toString() },
  });
  for (const told of [...kept, diagnosis.json.data]) {
    expect(told).toMatchObject({
      cause: 'environment_secret',
      wouldMatch: NAMED,
      hint: expect.stringMatching(/^Signed with the secret of the environment/),
    });
    expect(JSON.stringify(told)).not.toContain(ofEnvironment);
  }
});

test('a rejection at an address that uses the environment’s secret is explained like a rejection at a source', async () => {
  const { startReplica } = await createHarness({ environmentSecrets });
  const replica = await startReplica();
  const off = await replica.createSource({ provider: 'github', secret, name: 'API' }, 'acme');
  await replica.call('PUT', `/api/sources/${off.id}`, { as: 'acme', body: { active: false } });
  // Another tenant's source is not mentioned.
  await replica.createSource({ provider: 'github', secret: 'of-another' }, 'other');
  const cases: [SignedRequest, Record<string, unknown>][] = [
    [
      github(BODY, secret),
      {
        cause: 'other_source_secret',
        wouldMatch: 'the secret of your source "API"',
        hint: expect.stringContaining('which is switched off'),
      },
    ],
    [github(BODY, 'of-another'), { cause: 'wrong_secret', wouldMatch: null }],
    [
      github(BODY, `${ofEnvironment}\n`),
      { cause: 'secret_whitespace', wouldMatch: `${NAMED}, with a line break at its end` },
    ],
    [changed(github(BODY, ofEnvironment), `${BODY}\n`), { cause: 'body_trailing_newline' }],
    [signSlack({ secret: 'of-slack', body: BODY }), { cause: 'wrong_provider' }],
  ];
  for (const [index, [request, told]] of cases.entries()) {
    expect((await replica.deliver('/api/webhooks/github/acme', request)).status).toBe(401);
    const [kept] = await waitForRejections(replica, index + 1, '?userId=acme');
    expect(kept).toMatchObject({ userId: 'acme', sourceId: null, ...told });
    for (const hidden of [secret, ofEnvironment]) expect(JSON.stringify(kept)).not.toContain(hidden);
  }
});

test('the cause is a missing secret if neither a source nor the environment has a secret', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const told = {
    cause: 'secret_not_configured',
    hint: expect.stringMatching(/^There is no source for GitHub at this address.*GITHUB_WEBHOOK_SECRET/),
  };
  expect((await replica.deliver('/api/webhooks/github/acme', github(BODY))).status).toBe(401);
  expect((await waitForRejections(replica, 1, '?userId=acme'))[0]).toMatchObject(told);
  await replica.createSource({ provider: 'github', secret }, 'other');
  expect((await replica.deliver('/api/webhooks/github/acme', github(BODY))).status).toBe(401);
  expect((await waitForRejections(replica, 2, '?userId=acme'))[0]).toMatchObject(told);
});

test('a signature over another URL than the source’s has its own cause, not a wrong secret', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'twilio', secret }, 'acme');
  const signedFor = (url: string) => ({
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', secret).update(`${url}AccountSidAC1FromA`).digest('base64'),
    },
    body: Buffer.from('From=A&AccountSid=AC1'),
  });
  // The signed URL is the source's own URL, whatever the request's Host header is.
  expect((await replica.deliver(pathOf(source), signedFor(source.url))).status).toBe(200);
  const other = `https://${new URL(replica.url).host}${pathOf(source)}`;
  expect((await replica.deliver(pathOf(source), signedFor(other))).status).toBe(401);
  const [kept] = await waitForRejections(replica, 1);
  expect(kept).toMatchObject({ cause: 'url_changed', hint: expect.stringContaining('PUBLIC_URL') });
});

test('a timestamp beyond the tolerance is explained in seconds, or by the wrong secret if the signature is wrong too', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'stripe', secret }, 'acme');
  const send = (by: string, offsetMs: number) =>
    replica.deliver(
      pathOf(source),
      signStripe({ secret: by, body: '{"id":"evt_1"}', atMs: Date.now() + offsetMs }),
    );
  const latest = async (count: number) => (await waitForRejections(replica, count))[0];
  await send(secret, -400_000);
  expect(await latest(1)).toMatchObject({
    code: 'timestamp_out_of_tolerance',
    cause: 'timestamp_too_old',
    hint: expect.stringMatching(/is right, but it is 40[01] s old and 300 s are allowed/),
  });
  await send(secret, 400_000);
  expect(await latest(2)).toMatchObject({
    cause: 'timestamp_in_future',
    hint: expect.stringMatching(/(399|400) s ahead/),
  });
  await send('another', -400_000);
  expect(await latest(3)).toMatchObject({ code: 'timestamp_out_of_tolerance', cause: 'wrong_secret' });
});

test('an expired token that the correct secret signed has its own cause, not a wrong secret', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const key = Buffer.alloc(32, 7).toString('hex');
  const source = await replica.createSource(
    { provider: 'jwt', secret: key, options: { algorithm: 'HS256', issuer: 'crm', audience: 'us' } },
    'acme',
  );
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const send = (by: string) => {
    const claims = { iss: 'crm', aud: 'us', exp: Math.floor(Date.now() / 1000) - 400 };
    const signed = `${part({ alg: 'HS256' })}.${part(claims)}`;
    const token = `${signed}.${createHmac('sha256', by).update(signed).digest('base64url')}`;
    return replica.deliver(pathOf(source), {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: Buffer.from('{"type":"order.paid"}'),
    });
  };
  await send(key);
  expect((await waitForRejections(replica, 1))[0]).toMatchObject({
    code: 'timestamp_out_of_tolerance',
    cause: 'timestamp_too_old',
    hint: expect.stringMatching(/is right, but it is 40[01] s old and 60 s are allowed/),
  });
  await send(Buffer.alloc(32, 8).toString('hex'));
  expect((await waitForRejections(replica, 2))[0]).toMatchObject({ cause: 'wrong_secret' });
});

test('a timestamp in another unit is explained by its unit and not by its age', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'stripe', secret }, 'acme');
  const answer = await replica.deliver(
    pathOf(source),
    signStripe({ secret, body: '{"id":"evt_1"}', atMs: Date.now() * 1000 }),
  );
  expect(answer.json).toMatchObject({ error: 'Request timestamp in the future' });
  expect((await waitForRejections(replica, 1))[0]).toMatchObject({
    hint: expect.stringContaining('the timestamp is in milliseconds instead of seconds'),
    reason: expect.stringContaining('only the unit of the timestamp is wrong'),
  });
});

test('a missing header is named in the sender’s answer and in the rejection', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const { headers, body } = github(BODY);
  const { 'x-github-event': _event, ...others } = headers;
  const answer = await replica.deliver(pathOf(source), { headers: others, body });
  expect(answer).toMatchObject({ status: 400, json: { error: 'Missing header: x-github-event' } });
  expect((await waitForRejections(replica, 1))[0]).toMatchObject({
    cause: 'header_missing',
    hint: expect.stringContaining('The header is "x-github-event".'),
  });
});

test('a refused request waits for at most one query of the sources', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  const took: number[] = [];
  for (let n = 0; n < 20; n++) {
    const start = performance.now();
    expect((await replica.deliver(pathOf(source), github(BODY, 'wrong'))).status).toBe(401);
    took.push(performance.now() - start);
  }
  // Requests one after another: with a query every 200 ms the median was above 150 ms.
  expect(took.sort((a, b) => a - b)[10]).toBeLessThan(120);
});

test('a sender that uses the secret’s text as the key has its own cause, not a wrong secret', async () => {
  const { startReplica } = await createHarness();
  const replica = await startReplica();
  const text = base64Key(7);
  const source = await replica.createSource({ provider: 'standard-webhooks', secret: text }, 'acme');
  const asText = `whsec_${Buffer.from(text).toString('base64')}`;
  await replica.deliver(pathOf(source), signStandardWebhook('webhook', { secret: asText, body: '{"n":1}' }));
  const [kept] = await waitForRejections(replica, 1);
  expect(kept).toMatchObject({ cause: 'secret_encoding' });
});

test('the newest rejections are kept for each source and reason, and a flood for one reason displaces none of another reason', async () => {
  const { startReplica, asOwner } = await createHarness({
    rejectionsPerMinute: 1_000,
    rejectionsPerSource: 10,
  });
  const replica = await startReplica();
  const source = await replica.createSource({ provider: 'github', secret }, 'acme');
  await replica.deliver(pathOf(source), { headers: {}, body: Buffer.from(BODY) });
  await waitForRejections(replica, 1, '?code=missing_signature');
  for (let round = 0; round < 8; round++) {
    await Promise.all(
      Array.from({ length: 5 }, () => replica.deliver(pathOf(source), github(BODY, 'wrong'))),
    );
  }
  await replica.close();
  const rows = await asOwner<{ code: string; kept: number }>(
    'select code, count(*)::int as kept from rejections group by code order by code',
  );
  expect(rows[0]?.code).toBe('invalid_signature');
  expect(rows[0]?.kept).toBeGreaterThanOrEqual(10);
  expect(rows[0]?.kept).toBeLessThanOrEqual(15);
  expect(rows[1]).toEqual({ code: 'missing_signature', kept: 1 });
});
