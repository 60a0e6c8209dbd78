/**
 * `npm run compatibility`: runs every documented call of the services that Hookline replaces, with curl, and every
 * documented piece of code of their clients and receivers, against services of its own. Prints a table: as documented, or
 * what takes its place.
 */
import { execFile } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { type CompatibilitySystem, startCompatibilitySystem, startSystem, untilThere } from '../src/index.ts';
import { DOCUMENTED_SERVICES, type DocumentedLine } from './documented-lines.ts';
import type { DocumentedSnippet, SnippetScene } from './documented-snippets.ts';

const run = promisify(execFile);
const MAX_SECONDS = 30;
const STATUS_MARK = '\n--status--';

/** Secrets of the sources that the signed requests go to. They are no one's. */
const SECRETS = {
  github: 'secret-of-github',
  meta: 'secret-of-meta',
  stripe: 'secret-of-stripe',
  clerk: `whsec_${Buffer.from('secret of clerk, for this run').toString('base64')}`,
} as const;

type Verdict = 'as documented' | 'replaced' | 'NOT RUN' | 'FAILED';

interface Row {
  verdict: Verdict;
}

const hex = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex');
const DELIVERY_ID = '72d3162e-cc78-11e3-81ab-4c9367dc0958';

const system = await startCompatibilitySystem({}, startSystem);
try {
  const variables = await prepare(system);
  const rows: Row[] = [];
  for (const { document, lines, snippets } of DOCUMENTED_SERVICES) {
    console.log(`\n${document}`);
    for (const line of lines) {
      const problem = await check(line, variables);
      rows.push(show(`${line.status}  ${nameOf(line)}`, line.replaces, { problem }));
    }
    for (const snippet of snippets)
      rows.push(show(snippet.name, snippet.replaces, await checkSnippet(snippet, sceneOf(system))));
  }
  const count = (verdict: Verdict) => rows.filter((row) => row.verdict === verdict).length;
  console.log(
    `\n${rows.length} calls and pieces of code: ${count('as documented')} as documented, ${count('replaced')} replaced, ` +
      `${count('NOT RUN')} not run, ${count('FAILED')} failed`,
  );
  process.exitCode = count('FAILED') > 0 ? 1 : 0;
} finally {
  await system.stop();
}

interface Outcome {
  /** What is not as documented. */
  problem?: string | undefined;
  /** Why it could not be run. */
  missing?: string | undefined;
}

/** Prints a row of the table. */
function show(name: string, replaces: string | undefined, { problem, missing }: Outcome): Row {
  const verdict =
    problem !== undefined
      ? 'FAILED'
      : missing !== undefined
        ? 'NOT RUN'
        : replaces !== undefined
          ? 'replaced'
          : 'as documented';
  console.log(`  ${verdict.padEnd(15)}${name}`);
  for (const note of [replaces, missing, problem])
    if (note !== undefined) console.log(`${' '.repeat(17)}${note}`);
  return { verdict };
}

async function checkSnippet({ run: start }: DocumentedSnippet, scene: SnippetScene): Promise<Outcome> {
  try {
    return { missing: await start?.(scene) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function sceneOf({ curl, stack, receiver, call }: CompatibilitySystem): SnippetScene {
  return {
    gatewayUrl: stack.urls.gateway,
    key: stack.secrets.operatorKey,
    call,
    sinkUrl: receiver.url,
    sinkHas: (text) => receiver.requests.some(({ body }) => body.includes(text)),
    async sendGitHub(event, payload) {
      const body = JSON.stringify(payload);
      const { status, json } = await curl('POST', '/api/webhooks/github', {
        key: false,
        headers: {
          'x-github-event': event,
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': `sha256=${hex(SECRETS.github, body)}`,
          'user-agent': 'GitHub-Hookshot/044aadd',
        },
        body,
      });
      if (status !== 200) throw new Error(`the webhook was answered ${status}: ${JSON.stringify(json)}`);
    },
  };
}

/** Sources for the signed requests, and the variables of the lines. */
async function prepare({ curl, stack, receiver }: CompatibilitySystem): Promise<Map<string, string>> {
  const sources = [
    { provider: 'github', secret: SECRETS.github, userId: 'abc123' },
    { provider: 'github', secret: SECRETS.github },
    { provider: 'stripe', secret: SECRETS.stripe },
    { provider: 'clerk', secret: SECRETS.clerk },
    { provider: 'meta', secret: SECRETS.meta, verifyToken: 'a-verify-token' },
  ];
  for (const body of sources) {
    const { status, json } = await curl('POST', '/api/sources', { body });
    if (status !== 201) throw new Error(`no source of ${body.provider}: ${status} ${JSON.stringify(json)}`);
  }
  return new Map([
    ['URL', stack.urls.gateway],
    ['TOKEN', stack.secrets.operatorKey],
    ['RECEIVER', receiver.url],
    ['DELIVERY_ID', DELIVERY_ID],
  ]);
}

/** The signed requests, as arrays of the shell: their signatures have the time of the run. */
function signedRequests(): string {
  const now = Math.floor(Date.now() / 1_000);
  const push = '{"ref":"refs/heads/main","repository":{"full_name":"org/repo"}}';
  const github = (id: string) => [
    `X-Hub-Signature-256: sha256=${hex(SECRETS.github, push)}`,
    'X-GitHub-Event: push',
    `X-GitHub-Delivery: ${id}`,
    'User-Agent: GitHub-Hookshot/044aadd',
  ];
  const page =
    '{"object":"page","entry":[{"id":"P1","time":1458692752478,"changes":[{"field":"feed","value":{"item":"status","post_id":"1"}}]}]}';
  const invoice =
    '{"id":"evt_1","object":"event","type":"invoice.paid","created":1700000000,"data":{"object":{"id":"in_1"}}}';
  const user = '{"type":"user.created","object":"event","data":{"id":"user_1"}}';
  const clerkKey = Buffer.from(SECRETS.clerk.slice('whsec_'.length), 'base64');
  const clerkSignature = createHmac('sha256', clerkKey).update(`msg_1.${now}.${user}`).digest('base64');
  const requests = {
    GITHUB: [push, ...github('72d3162e-cc78-11e3-81ab-4c9367dc0957')],
    GITHUB_DELIVERY: [push, ...github(DELIVERY_ID)],
    META: [page, `X-Hub-Signature-256: sha256=${hex(SECRETS.meta, page)}`],
    STRIPE: [invoice, `Stripe-Signature: t=${now},v1=${hex(SECRETS.stripe, `${now}.${invoice}`)}`],
    CLERK: [user, 'svix-id: msg_1', `svix-timestamp: ${now}`, `svix-signature: v1,${clerkSignature}`],
  };
  return Object.entries(requests)
    .map(([name, [body = '', ...headers]]) => {
      const all = ['Content-Type: application/json', ...headers].map((header) => `-H '${header}'`).join(' ');
      return `${name}=(${all} -d '${body}')`;
    })
    .join('\n');
}

/** @returns what is not as documented */
async function check(line: DocumentedLine, variables: Map<string, string>): Promise<string | undefined> {
  const call = () => send(line, variables);
  let answer = await call();
  const { waitsFor } = line;
  if (waitsFor !== undefined && !answer.text.includes(waitsFor)) {
    answer = await untilThere(async () => {
      const next = await call();
      return next.text.includes(waitsFor) ? next : undefined;
    }, `an answer with ${waitsFor}`);
  }
  if (answer.status !== line.status) return `answered ${answer.status}: ${answer.text.slice(0, 300)}`;
  if (line.contains !== undefined && !answer.text.includes(line.contains))
    return `the answer does not contain ${line.contains}: ${answer.text.slice(0, 300)}`;
  for (const [name, path] of Object.entries(line.keeps ?? {})) {
    const value = path
      .split('.')
      .reduce<unknown>((owner, part) => (owner as Record<string, unknown>)?.[part], JSON.parse(answer.text));
    if (typeof value !== 'string') return `the answer has no ${path}`;
    variables.set(name, value);
  }
  return undefined;
}

async function send({ curl }: DocumentedLine, variables: ReadonlyMap<string, string>) {
  const script = `${signedRequests()}\ncurl -sS --max-time ${MAX_SECONDS} -w '${STATUS_MARK}%{http_code}' ${curl}`;
  const { stdout } = await run('bash', ['-c', script], {
    env: { PATH: process.env['PATH'], ...Object.fromEntries(variables) },
  });
  const at = stdout.lastIndexOf(STATUS_MARK);
  return { text: stdout.slice(0, at), status: Number(stdout.slice(at + STATUS_MARK.length)) };
}

/** `POST /api/webhooks/:id/test`, as the table shows it. */
function nameOf({ curl }: DocumentedLine): string {
  const method = /-X (\w+)/.exec(curl)?.[1] ?? 'GET';
  const address = /\$URL([^\s"]*)/.exec(curl)?.[1] ?? '';
  return `${method} ${address.replaceAll(/\$[A-Z_]+/g, ':id')}`;
}
