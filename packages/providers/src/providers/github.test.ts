import examples from '@octokit/webhooks-examples' with { type: 'json' };
import { sign } from '@octokit/webhooks-methods';
import { describe, expect, it } from 'vitest';
import { GITHUB_HEADERS, request, signedRequest, signerOf } from '../../fixtures/signed-request.ts';
import type { InboundRequest, NormalizedEvent, Reception } from '../index.ts';
import { receiveWebhook } from '../index.ts';
import { github } from './github.ts';

const signer = signerOf('github');
const secrets = [signer.secrets[0]];
const DELIVERY = GITHUB_HEADERS['x-github-delivery']?.[0];

const receive = (signed: InboundRequest, options = {}) =>
  receiveWebhook(github, { request: signed, secrets, ...options });
const send = (payload: unknown, headers: Record<string, string[]> = {}) =>
  receive(signedRequest(signer, JSON.stringify(payload), { headers }));

function onlyEvent(reception: Reception): NormalizedEvent {
  if (reception.kind !== 'events') throw new Error(`Expected events, got ${JSON.stringify(reception)}`);
  expect(reception.events).toHaveLength(1);
  return reception.events[0] as NormalizedEvent;
}

/** The package declares another type than the form of its file. */
const EXAMPLES = examples as unknown as readonly {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}[];

const cases = EXAMPLES.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({
    name,
    payload,
    title: `${name} ${index}`,
  })),
);

/** Events with a time. A deletion has none. */
const TIMED_EVENTS = new Set(
  `branch_protection_rule check_run check_suite code_scanning_alert commit_comment dependabot_alert deploy_key
  deployment deployment_status discussion discussion_comment fork issue_comment issues milestone package page_build
  project project_card project_column projects_v2_item pull_request pull_request_review
  pull_request_review_comment pull_request_review_thread push release repository repository_vulnerability_alert
  security_advisory sponsorship star status workflow_job workflow_run merge_group`.split(/\s+/),
);

describe('every payload of @octokit/webhooks-examples', () => {
  it('is there', async () => {
    expect(cases.length).toBeGreaterThan(300);
  });

  it.each(cases)('$title', async ({ name, payload }) => {
    const body = JSON.stringify(payload);
    const event = onlyEvent(
      await receive(
        request({
          rawBody: Buffer.from(body),
          headers: {
            ...GITHUB_HEADERS,
            'x-github-event': [name],
            // Signed by GitHub's own library.
            'x-hub-signature-256': [await sign(secrets[0] ?? '', body)],
          },
        }),
      ),
    );
    const { action } = payload;
    expect(event.type).toBe(typeof action === 'string' ? `github.${name}.${action}` : `github.${name}`);
    expect(event.action).toBe(action ?? undefined);
    expect(event.deliveryId).toBe(DELIVERY);
    expect(event.payload.toString()).toBe(body);
    expect(github.eventTypes).toContain(`github.${name}`);

    const repository = (payload['repository'] as { full_name: string } | undefined)?.full_name;
    expect(event.repository).toBe(repository);
    if (repository !== undefined) {
      expect(event.source).toBe(`/github/${repository}`);
      expect(event.subject).toBe(repository);
    } else {
      expect(event.source).toMatch(/^\/github(\/[\w-]+)?$/);
    }

    if (action === 'deleted') expect(event.timeMs).toBeUndefined();
    else if (TIMED_EVENTS.has(name)) expect(event.timeMs).toEqual(expect.any(Number));
    if (event.timeMs !== undefined) {
      expect(event.timeMs).toBeGreaterThan(Date.UTC(2016, 0));
      expect(event.timeMs).toBeLessThan(Date.UTC(2030, 0));
    }
  });
});

describe('what an event says', () => {
  const workflowJob = {
    action: 'completed',
    workflow_job: {
      id: 29679449,
      run_id: 5,
      started_at: '2021-06-15T19:22:27Z',
      completed_at: '2021-06-15T19:23:00Z',
    },
    repository: { full_name: 'acme/api' },
    organization: { login: 'acme' },
  };

  it('names the repository, the action, the job and its latest moment', async () => {
    const event = onlyEvent(await send(workflowJob, { 'x-github-event': ['workflow_job'] }));
    expect(event).toMatchObject({
      type: 'github.workflow_job.completed',
      source: '/github/acme/api',
      subject: 'acme/api',
      repository: 'acme/api',
      action: 'completed',
      timeMs: Date.UTC(2021, 5, 15, 19, 23),
      dedupeFields: ['workflow_job', DELIVERY, 'completed', 'acme/api', 'workflow_job:29679449'],
    });
  });

  it('without a repository, the source is the organisation or the account of the installation', async () => {
    const { organization } = workflowJob;
    expect(onlyEvent(await send({ organization }))).toMatchObject({
      source: '/github/acme',
      subject: 'acme',
    });
    expect(onlyEvent(await send({ installation: { account: { login: 'octocat' } } })).source).toBe(
      '/github/octocat',
    );
    expect(onlyEvent(await send({ n: 1 })).source).toBe('/github');
  });

  it('a push happened when it was pushed, not when its head was committed', async () => {
    const push = {
      head_commit: { timestamp: '2001-01-01T00:00:00Z' },
      repository: { full_name: 'acme/api', pushed_at: 1557933657 },
    };
    const headers = { 'x-github-event': ['push'] };
    expect(onlyEvent(await send(push, headers)).timeMs).toBe(1557933657000);
    const { head_commit } = push;
    expect(onlyEvent(await send({ head_commit }, headers)).timeMs).toBe(Date.UTC(2001, 0));
  });

  it('ping is an event about the webhook itself', async () => {
    const event = onlyEvent(await send({ zen: 'Practicality.' }, { 'x-github-event': ['ping'] }));
    expect(event).toMatchObject({ type: 'github.ping', control: { kind: 'test' } });
    const push = onlyEvent(await send({ ref: 'a' }, { 'x-github-event': ['push'] }));
    expect(push.control).toBeUndefined();
  });

  it('keeps the received bytes, whatever their numbers and escapes', async () => {
    const body = '{ "id": 9007199254740993, "text": "\\u00e4\\/", "id2" : 1.0 }';
    const signed = signedRequest(signer, body);
    expect(onlyEvent(await receive(signed)).payload).toBe(signed.rawBody);
  });

  it('an event named like a member of Object.prototype is handled like any unknown event', async () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(onlyEvent(await send({ n: 1 }, { 'x-github-event': [name] })).timeMs).toBeUndefined();
    }
  });
});

describe('form bodies', () => {
  const form = { 'content-type': ['application/x-www-form-urlencoded; charset=utf-8'] };

  it('the JSON in the field payload is the event; the signature is over the form', async () => {
    const json = '{"action":"opened","id":9007199254740993,"title":"Zoë + \\u00e4"}';
    const body = new URLSearchParams({ payload: json }).toString();
    const event = onlyEvent(await receive(signedRequest(signer, body, { headers: form })));
    expect(event.payload.toString()).toBe(json);
    expect(event.type).toBe('github.issues.opened');
  });

  it.each([
    ['other=1', 'missing_form_payload'],
    ['', 'missing_form_payload'],
    ['payload=%7B', 'malformed_body'],
    ['payload=%ff', 'malformed_body'],
    ['payload=%7B%7D&payload=%7B%7D', 'malformed_body'],
  ])('%j is refused', async (body, code) => {
    expect(await receive(signedRequest(signer, body, { headers: form }))).toMatchObject({
      kind: 'rejected',
      rejection: { code, status: 400 },
    });
  });
});

it.each([
  ['sub_issues', { sub_issue: { id: 1 }, parent_issue: { id: 2 } }, ['sub_issue:1', 'parent_issue:2']],
  ['security_advisory', { security_advisory: { ghsa_id: 'GHSA-1' } }, ['security_advisory:GHSA-1']],
  ['dependabot_alert', { alert: { number: 7 } }, ['alert:7']],
  ['projects_v2_status_update', { projects_v2_status_update: { id: 3 } }, ['projects_v2_status_update:3']],
  ['issue_dependencies', { blocked_issue: { id: 4 }, blocking_issue: { id: 5 } }, ['blocked_issue:4']],
])('%s names what it is about', async (name, payload, ids) => {
  const event = onlyEvent(await send(payload, { 'x-github-event': [name] }));
  expect(event.dedupeFields).toEqual(expect.arrayContaining(ids));
  expect(github.eventTypes).toContain(event.type);
});

describe('refuses', () => {
  it.each([
    ['x-github-event', undefined, 'missing_event_header'],
    ['x-github-event', [''], 'missing_event_header'],
    ['x-github-event', ['push', 'push'], 'duplicate_header'],
    ['x-github-event', ['push; x'], 'malformed_header'],
    ['x-github-delivery', undefined, 'missing_delivery_header'],
    ['x-github-delivery', ['a', 'b'], 'duplicate_header'],
    ['x-github-delivery', ['a b'], 'malformed_header'],
  ])('%s: %j', async (header, values, code) => {
    const signed = signedRequest(signer, '{}');
    const changed = { ...signed, headers: { ...signed.headers, [header]: values } };
    expect(await receive(changed)).toMatchObject({ kind: 'rejected', rejection: { code, status: 400 } });
  });

  it.each([['curl/8.5.0'], [undefined]])(
    'the User-Agent %j only if the source asks for it',
    async (userAgent) => {
      const signed = signedRequest(signer, '{"n":1}');
      const values = userAgent === undefined ? undefined : [userAgent];
      const changed = { ...signed, headers: { ...signed.headers, 'user-agent': values } };
      expect((await receive(changed)).kind).toBe('events');
      expect((await receive(changed, { options: { checkUserAgent: 'false' } })).kind).toBe('events');
      expect(await receive(changed, { options: { checkUserAgent: 'true' } })).toMatchObject({
        kind: 'rejected',
        rejection: { code: 'invalid_user_agent', status: 400 },
      });
    },
  );

  it('an invalid signature before any other problem: a request of curl is answered with 401', async () => {
    const fromCurl = request({
      rawBody: Buffer.from('{"test": "data"}'),
      headers: {
        'user-agent': ['curl/8.5.0'],
        'content-type': ['application/json'],
        'x-github-event': ['push'],
        'x-hub-signature-256': ['sha256=invalid'],
      },
    });
    expect(await receive(fromCurl)).toMatchObject({
      kind: 'rejected',
      rejection: { status: 401, publicMessage: 'Invalid signature', publicCode: 'invalid_signature' },
    });
  });

  it('the older sha1 signature, and an empty one as servers without a secret send it', async () => {
    const body = Buffer.from('{}');
    for (const headers of [
      { 'x-hub-signature': ['sha1=0000000000000000000000000000000000000000'] },
      { 'x-hub-signature-256': [''] },
    ]) {
      expect(
        await receive(request({ rawBody: body, headers: { ...GITHUB_HEADERS, ...headers } })),
      ).toMatchObject({
        rejection: { code: 'missing_signature' },
      });
    }
  });

  it('a signed body that is not a JSON object', async () => {
    for (const body of ['Hello, World!', '[]', '', '"text"']) {
      expect(await receive(signedRequest(signer, body))).toMatchObject({
        rejection: { code: 'malformed_body', status: 400 },
      });
    }
    expect(await receive(signedRequest(signer, '['.repeat(300) + ']'.repeat(300)))).toMatchObject({
      rejection: { code: 'body_too_deep' },
    });
  });

  it('other methods', async () => {
    expect(await receive({ ...signedRequest(signer, '{}'), method: 'GET' })).toMatchObject({
      rejection: { code: 'method_not_allowed', status: 405 },
    });
  });
});

it('lists all event names once', async () => {
  expect(github.eventTypes.length).toBeGreaterThanOrEqual(75 + 6 + 3);
  expect(new Set(github.eventTypes).size).toBe(github.eventTypes.length);
});
