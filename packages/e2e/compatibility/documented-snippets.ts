import { createHmac } from 'node:crypto';
import { findFreePort } from '@hookline/stack';
import {
  findFeedPython,
  findPython,
  MAIN_NAMESPACE_CLIENT,
  MONITORING_NAMESPACE_CLIENT,
  type PageSnippet,
  pythonClientFor,
  REPOSITORY_CLIENT,
  runPageSnippet,
  untilThere,
  WEBHOOKS_NAMESPACE_CLIENT,
} from '../src/index.ts';
import {
  DATABASE_HANDLER,
  DISCORD_HANDLER,
  expressReceiver,
  flaskReceiver,
  SLACK_HANDLER,
  TRIGGER_AFTER_CREATE,
  TRIGGER_AFTER_OPERATION,
  TRIGGER_IN_SERVICE,
  VERIFYING_HANDLER,
} from './application-snippets.ts';
import { type Program, runProgram } from './run-program.ts';

/** What a snippet works with. */
export interface SnippetScene {
  gatewayUrl: string;
  key: string;
  /** A URL that takes what an application passes on. */
  sinkUrl: string;
  /** Whether the sink got a body with this text. */
  sinkHas(text: string): boolean;
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** GitHub sends a signed webhook. */
  sendGitHub(event: string, payload: object): Promise<void>;
}

/** A piece of code that a document of an earlier service prints. */
export interface DocumentedSnippet {
  name: string;
  /** What takes its place in Hookline, or what must change in it. Undefined: it works as printed. */
  replaces?: string;
  /**
   * Runs it, and checks what comes of it. Undefined: it is a part of the earlier service itself.
   * @returns why it cannot be run here; undefined: it was run
   * @throws Error that says what is not as documented
   */
  run?: (scene: SnippetScene) => Promise<string | undefined>;
}

const LOOKS = 20;
const LOOK_AGAIN_MS = 50;

/** Sends a webhook again until it has arrived: a snippet does not say when it is subscribed. */
async function sendUntil(
  { sendGitHub }: SnippetScene,
  isThere: () => boolean,
  event: string,
  payload: object,
): Promise<void> {
  await untilThere(async () => {
    await sendGitHub(event, payload);
    for (let look = 0; look < LOOKS && !isThere(); look++)
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    return isThere() ? true : undefined;
  }, `the effect of ${event}`);
}

const job = (full_name: string) => ({
  action: 'completed',
  workflow_job: { id: 1, name: 'build', conclusion: 'success' },
  repository: { id: 2, full_name },
});
const alert = (full_name: string) => ({
  action: 'created',
  alert: { number: 1 },
  repository: { full_name },
});

function page(
  code: string,
  check: (snippet: PageSnippet, scene: SnippetScene) => Promise<void>,
  expression?: string,
): NonNullable<DocumentedSnippet['run']> {
  return async (scene) => {
    const { gatewayUrl, key } = scene;
    const snippet = runPageSnippet(code, {
      gatewayUrl,
      key,
      ...(expression === undefined ? {} : { expression }),
    });
    try {
      await check(snippet, scene);
      return undefined;
    } finally {
      snippet.close();
    }
  };
}

const nodeProgram = (file: string): [string, ...string[]] => [
  process.execPath,
  '--conditions=@hookline/source',
  file,
];

/** Starts a receiver, publishes an event for it, and checks that its delivery succeeds with the effect of the receiver. */
async function receive(
  { call }: SnippetScene,
  type: string,
  data: object,
  {
    start,
    hasEffect,
  }: { start: (port: number, secret: string) => Program; hasEffect: (program: Program) => Promise<void> },
): Promise<void> {
  const port = await findFreePort();
  const endpoint = await call<{ id: string; secret: string }>('POST', '/api/webhooks', {
    name: 'documented receiver',
    url: `http://127.0.0.1:${port}/webhooks/remotedevai`,
    events: [type],
    maxRetries: 0,
  });
  const program = start(port, endpoint.secret);
  try {
    await program.listens(port);
    await call('POST', '/api/events', { type, data });
    await hasEffect(program);
    await untilThere(async () => {
      const rows = await call<{ status: string; responseCode: number }[]>(
        'GET',
        `/api/webhooks/${endpoint.id}/deliveries`,
      );
      const [delivery] = rows;
      if (delivery?.status === 'failed') throw new Error(`the receiver answered ${delivery.responseCode}`);
      return delivery?.status === 'success' ? true : undefined;
    }, 'a delivery that succeeded');
  } finally {
    await program.stop();
    await call('DELETE', `/api/webhooks/${endpoint.id}`);
  }
}

/** The application around a handler, with stand-ins for libraries that call others. */
const application = (handler: string, port: number, secret: string): Record<string, string> => ({
  'node_modules/axios/index.js': `exports.post = (url, body) =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
`,
  'node_modules/@prisma/client/index.js': `const axios = require('axios');
exports.PrismaClient = class {
  eventLog = { create: (row) => axios.post(process.env.SINK_URL, row) };
};
`,
  'app.cjs': `const express = require('express');
const crypto = require('crypto');
const app = express();
app.use(express.json());
const SECRET = '${secret}';
${handler.includes('const axios') ? '' : "const axios = require('axios');"}
const processWebhook = ({ data }) => axios.post(process.env.SINK_URL, { processed: data.title });
function verifyWebhook(payload, signature, timestamp, secret) {
  const signed = timestamp + '.' + JSON.stringify(payload);
  const expected = crypto.createHmac('sha256', secret).update(signed).digest('hex');
  return crypto.timingSafeEqual(Buffer.from(signature, 'hex'), Buffer.from(expected, 'hex'));
}
${handler}
app.listen(${port});
`,
});

function handles(
  handler: string,
  type: string,
  data: object,
  effect: string,
): NonNullable<DocumentedSnippet['run']> {
  return async (scene) => {
    const { sinkUrl: SINK_URL } = scene;
    const env = { SINK_URL, SLACK_WEBHOOK_URL: SINK_URL, DISCORD_WEBHOOK_URL: SINK_URL };
    await receive(scene, type, data, {
      start: (port, secret) => runProgram(application(handler, port, secret), nodeProgram('app.cjs'), env),
      hasEffect: async () => {
        await untilThere(
          async () => (scene.sinkHas(effect) ? true : undefined),
          `a request with "${effect}"`,
        );
      },
    });
    return undefined;
  };
}

/** Runs code that publishes an event, with the two lines that replace the service's file, and finds the event. */
function triggers(
  code: string,
  file: string,
  variables: string,
  expected: object,
): NonNullable<DocumentedSnippet['run']> {
  return async ({ gatewayUrl, key, call }) => {
    const userId = `trigger-${Math.random().toString(36).slice(2)}`;
    const service = `import { createClient } from '@hookline/client';
export { WEBHOOK_EVENTS } from '@hookline/client';
export const WebhookService = createClient({ url: '${gatewayUrl}', key: '${key}' });
`;
    const imports = code.includes('import ')
      ? ''
      : `import { WebhookService, WEBHOOK_EVENTS } from '${file}';\n`;
    const program = runProgram(
      {
        [file]: service,
        'program.js': `${imports}const userId = '${userId}';\n${variables}\n${code}`,
      },
      nodeProgram('program.js'),
    );
    try {
      const payload = await untilThere(async () => {
        const [event] = await call<{ id: string }[]>('GET', `/api/webhook-events?userId=${userId}`);
        if (event === undefined) return undefined;
        return (await call<{ payload: object }>('GET', `/api/webhook-events/${event.id}`)).payload;
      }, 'the event').catch((error: Error) => {
        throw new Error(`${error.message}; the program printed: ${program.output.slice(-1_000)}`);
      });
      if (JSON.stringify(payload) !== JSON.stringify(expected))
        throw new Error(`the event has ${JSON.stringify(payload)}, not ${JSON.stringify(expected)}`);
      return undefined;
    } finally {
      await program.stop();
    }
  };
}

const SERVICE_FILE =
  'The file WebhookService becomes two lines, which export WEBHOOK_EVENTS and createClient(…) of @hookline/client.';
const PROJECT = { id: 7, name: 'Apollo', createdAt: '1970-01-01T00:00:00.000Z' };
const PROJECT_CODE = "{ id: 7, name: 'Apollo', createdAt: new Date(0) }";

/** Of "Webhook and real-time monitoring system". */
export const MONITORING_SYSTEM_SNIPPETS: readonly DocumentedSnippet[] = [
  {
    name: 'JavaScript: verification of the signatures of GitHub and Slack, over the raw body',
    replaces: 'Ingest verifies both: the refused and the accepted calls above.',
  },
  {
    name: 'JavaScript: the answer to url_verification of Slack',
    replaces: 'Ingest answers it once the signature is right.',
    async run({ call, gatewayUrl }) {
      const secret = 'secret-of-slack';
      await call('POST', '/api/sources', { provider: 'slack', secret, userId: 'slack-challenge' });
      const body = '{"type":"url_verification","challenge":"a-challenge"}';
      const timestamp = String(Math.floor(Date.now() / 1_000));
      const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
      const answer = await fetch(new URL('/api/webhooks/slack/slack-challenge', gatewayUrl), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
        body,
      });
      const text = await answer.text();
      if (answer.status !== 200 || !text.includes('a-challenge'))
        throw new Error(`answered ${answer.status}: ${text}`);
      return undefined;
    },
  },
  {
    name: 'JavaScript: a limit of webhooks per address',
    replaces: 'Ingest has limits per address and per source.',
  },
  {
    name: 'JavaScript: cron jobs that renew Gmail watches',
    replaces: 'The scheduler renews each watch when it is due.',
  },
  {
    name: 'JavaScript: own code for an event, such as star',
    replaces: 'An endpoint gets the event, or a client of the live feed.',
  },
];

/** Of the quick start. */
export const QUICK_START_SNIPPETS: readonly DocumentedSnippet[] = [
  {
    name: 'TypeScript: import of WebhookService, and triggerEvent after a project was created',
    replaces: SERVICE_FILE,
    run: triggers(
      TRIGGER_AFTER_CREATE,
      './services/WebhookService',
      `const data = {}, prisma = { project: { create: async () => (${PROJECT_CODE}) } };`,
      PROJECT,
    ),
  },
  {
    name: 'Node.js: an Express receiver that verifies the signature',
    async run(scene) {
      await receive(
        scene,
        'project.created',
        { name: 'Zoë’s project' },
        {
          start: (port, secret) =>
            runProgram({ 'receiver.cjs': expressReceiver(secret, port) }, nodeProgram('receiver.cjs')),
          hasEffect: (program) => program.prints('Event: project.created'),
        },
      );
      return undefined;
    },
  },
  {
    name: 'Python: a Flask receiver that verifies the signature',
    replaces:
      'One line must change: json.dumps prints spaces that were not sent. payload_string = request.get_data(as_text=True)',
    async run(scene) {
      const found = findPython({ imports: 'import flask', packages: ['flask==3.1.2'], name: 'python-flask' });
      if ('missing' in found) return found.missing;
      await receive(
        scene,
        'project.created',
        { name: 'Zoë’s project' },
        {
          start: (port, secret) =>
            runProgram({ 'receiver.py': flaskReceiver(secret, port) }, [found.python, '-u', 'receiver.py']),
          hasEffect: (program) => program.prints('Event: project.created'),
        },
      );
      return undefined;
    },
  },
  {
    name: 'JavaScript: a receiver that tells Slack of new projects',
    run: handles(SLACK_HANDLER, 'project.created', { name: 'Apollo 11' }, 'New project created: Apollo 11'),
  },
  {
    name: 'JavaScript: a receiver that tells Discord of new sessions',
    run: handles(DISCORD_HANDLER, 'session.started', { title: 'Standup' }, 'Session started: Standup'),
  },
  {
    name: 'JavaScript: a receiver that stores events in a database',
    run: handles(DATABASE_HANDLER, 'project.created', { name: 'stored' }, '"eventType":"project.created"'),
  },
];

/** Of the implementation summary. */
export const SUMMARY_SNIPPETS: readonly DocumentedSnippet[] = [
  {
    name: 'TypeScript: triggerEvent after an operation',
    replaces: SERVICE_FILE,
    run: triggers(TRIGGER_AFTER_OPERATION, './WebhookService', '', {}),
  },
  {
    name: 'TypeScript: triggerEvent in a service',
    replaces: SERVICE_FILE,
    run: triggers(
      TRIGGER_IN_SERVICE,
      './WebhookService',
      `const user = { id: userId }, project = ${PROJECT_CODE};`,
      PROJECT,
    ),
  },
  {
    name: 'TypeScript: an endpoint that verifies, answers and then processes',
    run: handles(VERIFYING_HANDLER, 'session.started', { title: 'later' }, '"processed":"later"'),
  },
  {
    name: 'TypeScript: a test that spies on triggerEvent with Jest',
    replaces: 'It spies on the application’s own file, which stays an object with this method.',
  },
];

/** Of the GitHub webhook system. */
export const GITHUB_SYSTEM_SNIPPETS: readonly DocumentedSnippet[] = [
  {
    name: 'JavaScript: Socket.IO, jobs, pushes and alerts of a repository',
    run: page(MAIN_NAMESPACE_CLIENT, async (snippet, scene) => {
      const repository = { full_name: 'org/repo' };
      await sendUntil(scene, () => snippet.hasLogged('Job update:'), 'workflow_job', job('org/repo'));
      await sendUntil(scene, () => snippet.hasLogged('Push event:'), 'push', {
        ref: 'refs/heads/main',
        repository,
      });
      await sendUntil(
        scene,
        () => snippet.hasLogged('SECURITY ALERT:'),
        'code_scanning_alert',
        alert('org/repo'),
      );
    }),
  },
  {
    name: 'JavaScript: Socket.IO /webhooks with a filter',
    run: page(WEBHOOKS_NAMESPACE_CLIENT, (snippet, scene) =>
      sendUntil(scene, () => snippet.hasLogged('Webhook event:'), 'workflow_job', job('org/repo')),
    ),
  },
  {
    name: 'JavaScript: Socket.IO /monitoring',
    run: page(MONITORING_NAMESPACE_CLIENT, async (snippet) => {
      await untilThere(
        async () => (snippet.hasLogged('Metrics update:') ? true : undefined),
        'an update of the numbers',
      );
    }),
  },
  {
    name: 'JavaScript client: Socket.IO, alert and fetch of the health',
    run: page(
      REPOSITORY_CLIENT,
      async (snippet, scene) => {
        await snippet.result;
        await sendUntil(
          scene,
          () => snippet.hasLogged('Conclusion: success'),
          'workflow_job',
          job('myorg/myrepo'),
        );
        await sendUntil(
          scene,
          () => snippet.alerts.length > 0,
          'secret_scanning_alert',
          alert('myorg/myrepo'),
        );
      },
      'checkWebhookHealth()',
    ),
  },
  {
    name: 'Python client: python-socketio and requests',
    async run(scene) {
      const found = findFeedPython();
      if ('missing' in found) return found.missing;
      const program = runProgram({ 'client.py': pythonClientFor(scene) }, [found.python, '-u', 'client.py']);
      try {
        await program.prints('Success rate:');
        const has = (text: string) => () => program.output.includes(text);
        await sendUntil(scene, has('Job build is completed'), 'workflow_job', job('myorg/myrepo'));
        await sendUntil(scene, has('SECURITY ALERT'), 'secret_scanning_alert', alert('myorg/myrepo'));
        return undefined;
      } finally {
        await program.stop();
      }
    },
  },
];

/** Of the system for Instagram and Facebook. */
export const META_SYSTEM_SNIPPETS: readonly DocumentedSnippet[] = [
  {
    name: 'JavaScript: verification of the signature of Meta',
    replaces: 'Ingest verifies it: the accepted call above.',
  },
  {
    name: 'JavaScript: MAX_RETRIES, BATCH_SIZE and RETRY_DELAYS',
    replaces: 'An endpoint has maxRetries, and "retrySchedule": "meta" for 1, 5 and 30 seconds.',
  },
];
