import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type CompatibilitySystem,
  findFeedPython,
  MAIN_NAMESPACE_CLIENT,
  MONITORING_NAMESPACE_CLIENT,
  type PageSnippet,
  pythonClientFor,
  REPOSITORY_CLIENT,
  runPageSnippet,
  startCompatibilitySystem,
  untilThere,
  WEBHOOKS_NAMESPACE_CLIENT,
} from '../../src/index.ts';

/** The clients of "Enhanced GitHub Webhook System", line by line. Only the host and the key are ours. */
const secret = 'your-webhook-secret';
let system: CompatibilitySystem;
const snippets: PageSnippet[] = [];

beforeAll(async () => {
  system = await startCompatibilitySystem({ GITHUB_WEBHOOK_SECRET: secret });
});
afterEach(() => {
  for (const snippet of snippets.splice(0)) snippet.close();
});
afterAll(() => system?.stop());

async function send(event: string, payload: object) {
  const body = JSON.stringify(payload);
  const answer = await system.curl('POST', '/api/webhooks/github', {
    key: false,
    headers: {
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      'user-agent': 'GitHub-Hookshot/044aadd',
    },
    body,
  });
  expect(answer.status).toBe(200);
}

const job = (full_name: string, action = 'completed') => ({
  action,
  workflow_job: { id: 1, name: 'build', conclusion: action === 'completed' ? 'success' : null },
  repository: { id: 2, full_name },
});

/** The system's gateway, with its key: only these are not in the document. */
const gateway = () => ({ gatewayUrl: system.stack.urls.gateway, key: system.stack.secrets.operatorKey });

function runSnippet(code: string): PageSnippet {
  const snippet = runPageSnippet(code, gateway());
  snippets.push(snippet);
  return snippet;
}

/** Sends a webhook again until it has arrived: a snippet does not say when it is subscribed. */
async function sendUntil(isThere: () => boolean, event: string, payload: object): Promise<void> {
  await untilThere(async () => {
    await send(event, payload);
    for (let count = 0; count < 20 && !isThere(); count++) await sleep(50);
    return isThere() ? true : undefined;
  }, `the ${event} event`);
}

test('the JavaScript client follows the jobs and alerts of a repository', async () => {
  const { logged, alerts } = runSnippet(REPOSITORY_CLIENT);
  await sendUntil(() => logged.length > 0, 'workflow_job', job('myorg/myrepo'));
  expect(logged.slice(0, 2)).toEqual([['Job build is completed'], ['Conclusion: success']]);
  await send('workflow_job', job('myorg/other', 'queued'));
  await sendUntil(() => alerts.length > 0, 'secret_scanning_alert', {
    action: 'created',
    alert: { number: 1 },
    repository: { full_name: 'myorg/myrepo' },
  });
  expect(alerts[0]).toBe('Security issue in myorg/myrepo: secret_scanning_alert');
  expect(logged.flat()).not.toContain('Job build is queued');
});

test('the main namespace sends jobs, pushes and alerts of a repository by their names', async () => {
  const { logged } = runSnippet(MAIN_NAMESPACE_CLIENT);
  const has = (text: string) => () => logged.some(([first]) => first === text);
  const repository = { full_name: 'org/repo' };
  await sendUntil(has('Job update:'), 'workflow_job', job('org/repo'));
  await sendUntil(has('Push event:'), 'push', { ref: 'refs/heads/main', commits: [], repository });
  await sendUntil(has('SECURITY ALERT:'), 'code_scanning_alert', {
    action: 'created',
    alert: { number: 1 },
    repository,
  });
  const [, push] = logged.find(([text]) => text === 'Push event:') ?? [];
  expect(push).toMatchObject({ ref: 'refs/heads/main', eventType: 'push', repository });
});

test('the namespaces /webhooks and /monitoring send filtered events and numbers', async () => {
  const { logged } = runSnippet(WEBHOOKS_NAMESPACE_CLIENT + MONITORING_NAMESPACE_CLIENT);
  const has = (text: string) => () => logged.some(([first]) => first === text);
  await sendUntil(has('Webhook event:'), 'workflow_job', job('org/repo'));
  const [, event] = logged.find(([text]) => text === 'Webhook event:') ?? [];
  expect(event).toMatchObject({ type: 'github.workflow_job.completed', repository: 'org/repo' });
  const update = await untilThere(
    async () =>
      logged.findLast(([text, metrics]) => {
        const { services } = (metrics ?? {}) as { services?: Record<string, string> };
        return (
          text === 'Metrics update:' && Object.values(services ?? {}).every((state) => state === 'ready')
        );
      })?.[1],
    'an update of all services',
  );
  expect(update).toMatchObject({
    connections: { socketio: expect.any(Number) },
    replicas: expect.arrayContaining([expect.objectContaining({ service: 'delivery', failing: [] })]),
    unaccountedDeliveries: 0,
  });
});

test('the Python client follows the jobs and alerts of a repository', async ({ skip }) => {
  const found = findFeedPython();
  if ('missing' in found) {
    console.warn(`The Python client of the live feed is NOT tested: ${found.missing}`);
    skip(found.missing);
    return;
  }
  const child = spawn(found.python, ['-u', '-c', pythonClientFor(gateway())]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  try {
    await untilThere(
      async () => (output.includes('Success rate:') ? true : undefined),
      'the statistics',
    ).catch(() => {
      throw new Error(output);
    });
    expect(output).toMatch(/^Success rate: [0-9.]+%$/m);
    await sendUntil(() => output.includes('Job build is completed'), 'workflow_job', job('myorg/myrepo'));
    await sendUntil(() => output.includes('SECURITY ALERT'), 'security_advisory', {
      action: 'published',
      repository: { full_name: 'myorg/myrepo' },
      security_advisory: { ghsa_id: 'GHSA-0000-0000-0000' },
    });
    expect(output).toContain('SECURITY ALERT: security_advisory in myorg/myrepo');
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
