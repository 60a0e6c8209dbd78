import { spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { io as connect, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  type CompatibilitySystem,
  findPython,
  startCompatibilitySystem,
  untilThere,
} from '../../src/index.ts';

/** The clients of "Enhanced GitHub Webhook System", line by line. Only the host and the key are ours. */
const secret = 'your-webhook-secret';
let system: CompatibilitySystem;
const sockets: Socket[] = [];

beforeAll(async () => {
  system = await startCompatibilitySystem({ GITHUB_WEBHOOK_SECRET: secret });
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.disconnect();
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

/** `io` of the snippets, at this system's gateway and with its key. */
function io(address = ''): Socket {
  const { pathname } = new URL(address, 'http://localhost:3000');
  const url = new URL(pathname, system.stack.urls.gateway);
  const socket = connect(url.href, { forceNew: true, auth: { token: system.stack.secrets.operatorKey } });
  sockets.push(socket);
  return socket;
}

/** Runs a snippet as a page would. @returns what it logged, and what it alerted */
function runSnippet(code: string) {
  const logged: unknown[][] = [];
  const alerts: unknown[] = [];
  const console = { log: (...values: unknown[]) => logged.push(values), warn: () => {} };
  const alert = (text: unknown) => alerts.push(text);
  // The snippet is a constant of this file.
  new Function('io', 'console', 'alert', 'fetch', code)(io, console, alert, fetch);
  return { logged, alerts };
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
  const { logged, alerts } = runSnippet(`
// Listen for real-time webhook events
const socket = io('http://localhost:3000');

// Subscribe to specific repository
socket.emit('subscribe:repository', 'myorg/myrepo');

// Handle workflow job events
socket.on('workflow-job', (data) => {
  console.log(\`Job \${data.job.name} is \${data.action}\`);
  
  if (data.action === 'completed') {
    console.log(\`Conclusion: \${data.job.conclusion}\`);
  }
});

// Handle security alerts
socket.on('security-alert', (data) => {
  alert(\`Security issue in \${data.repository.full_name}: \${data.eventType}\`);
});
`);
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
  const { logged } = runSnippet(`
// Connect
const socket = io();

// Subscribe to repository
socket.emit('subscribe:repository', 'org/repo');

// Listen for events
socket.on('workflow-job', (data) => {
  console.log('Job update:', data);
});

socket.on('push-event', (data) => {
  console.log('Push event:', data);
});

socket.on('security-alert', (data) => {
  console.log('SECURITY ALERT:', data);
});
`);
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
  const { logged } = runSnippet(`
// Connect to webhook namespace
const webhookSocket = io('/webhooks');

// Subscribe with filters
webhookSocket.emit('subscribe:webhook-events', {
  repository: 'org/repo',
  eventType: 'workflow_job'
});

// Listen for webhook events
webhookSocket.on('event', (data) => {
  console.log('Webhook event:', data);
});

// Connect to monitoring namespace
const monitoringSocket = io('/monitoring');

// Receive real-time metrics
monitoringSocket.on('update', (metrics) => {
  console.log('Metrics update:', metrics);
});
`);
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
  const found = findPython({
    // Debian has them as python3-socketio, python3-websocket and python3-requests.
    imports: 'import socketio, requests, websocket',
    packages: ['python-socketio[client]==5.18.1', 'requests==2.34.2'],
    name: 'python-socketio',
  });
  if ('missing' in found) {
    console.warn(`The Python client of the live feed is NOT tested: ${found.missing}`);
    skip(found.missing);
    return;
  }
  const { gateway } = system.stack.urls;
  const key = system.stack.secrets.operatorKey;
  const code = `
import socketio
import requests

# Connect to WebSocket
sio = socketio.Client()

@sio.on('workflow-job')
def on_workflow_job(data):
    print(f"Job {data['job']['name']} is {data['action']}")

@sio.on('security-alert')
def on_security_alert(data):
    print(f"SECURITY ALERT: {data['eventType']} in {data['repository']['full_name']}")

# Connect
sio.connect('${gateway}', auth={'token': '${key}'})

# Subscribe to repository
sio.emit('subscribe:repository', 'myorg/myrepo')

# Check webhook statistics
response = requests.get('${gateway}/api/webhooks/statistics?hours=1', headers={'authorization': 'Bearer ${key}'})
stats = response.json()
print(f"Success rate: {stats['data']['summary']['successRate']}%")
sio.wait()
`;
  const child = spawn(found.python, ['-u', '-c', code]);
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
