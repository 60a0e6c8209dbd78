import type { EventAttributes } from '@hookline/contracts';
import { expect, test } from 'vitest';
import { createEventFrame } from './event-frame.ts';
import { repositoryEvent } from './repository-event.ts';

const attributes: EventAttributes = {
  id: 'evt_1',
  type: 'github.workflow_job.completed',
  source: '/github/acme/api',
  time: '2026-01-01T00:00:00.000Z',
  tenant: 'acme',
  provider: 'github',
  action: 'completed',
  repository: 'acme/api',
  receivedat: '2026-01-01T00:00:00.100Z',
  via: 'webhook',
  dedupekey: 'key',
};

function build(payload: string | Buffer, change: Partial<EventAttributes> = {}) {
  const event = { attributes: { ...attributes, ...change }, payload: Buffer.from(payload) };
  const { names, json } = createEventFrame(event, 7, 'k3-7').as(repositoryEvent);
  return { names, text: json.toString('utf8'), data: JSON.parse(json.toString('utf8')) };
}

test("a workflow_job event has the members that GitHub's clients know, with the job beside them", () => {
  const { names, data } = build(
    JSON.stringify({
      action: 'completed',
      workflow_job: { name: 'build', conclusion: 'success' },
      repository: { id: 1, full_name: 'acme/api' },
    }),
  );
  expect(names).toEqual(['workflow-job']);
  expect(data).toEqual({
    eventType: 'workflow_job',
    job: { name: 'build', conclusion: 'success' },
    action: 'completed',
    workflow_job: { name: 'build', conclusion: 'success' },
    repository: { id: 1, full_name: 'acme/api' },
    cursor: 'k3-7',
    id: 'evt_1',
  });
});

test('a payload without action and repository gets them from the event', () => {
  const { data } = build('{}');
  expect(data).toMatchObject({ action: 'completed', repository: { full_name: 'acme/api' } });
});

test('members of the payload keep their bytes, and do not replace eventType, cursor and id', () => {
  const { text, data } = build(
    '{ "id": 12345678901234567890, "cursor": "x", "eventType": "y", "number": 9007199254740993, "twice": 1, "twice": [2, 3] }',
  );
  expect(text).toContain('"number":9007199254740993');
  expect(text).toContain('"twice":[2, 3]');
  expect(data).toMatchObject({ id: 'evt_1', cursor: 'k3-7', eventType: 'workflow_job', twice: [2, 3] });
  expect(text.match(/"id":/g)).toHaveLength(1);
});

test.each([
  ['github.push', ['push-event']],
  ['github.pull_request.opened', ['pull-request']],
  ['github.ping', ['ping-event']],
  ['github.dependabot_alert.created', ['dependabot-alert', 'security-alert']],
  ['github.secret_scanning_alert.created', ['secret-scanning-alert', 'security-alert']],
  ['github.code_scanning_alert.fixed', ['code-scanning-alert', 'security-alert']],
  ['github.security_advisory.published', ['security-advisory', 'security-alert']],
  ['project.created', ['project.created']],
])('%s is sent as %j', (type, names) => {
  const provider = type.startsWith('github') ? 'github' : 'app';
  expect(build('{}', { type, provider }).names).toEqual(names);
});

test("another provider's event of the same name is no security alert", () => {
  expect(build('{}', { type: 'dependabot_alert', provider: 'app' }).names).toEqual(['dependabot-alert']);
});

test.each(['[1, 2]', '"text"', '7', 'null'])('a payload that is no object, %s, has no members', (payload) => {
  expect(Object.keys(build(payload).data)).toEqual(['eventType', 'action', 'repository', 'cursor', 'id']);
});

test('an event whose payload is too large says so', () => {
  expect(build(Buffer.alloc(256 * 1024 + 1, 0x20)).data).toMatchObject({ dataOmitted: true, id: 'evt_1' });
});
