import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { allowsInPortal, PORTAL_CAPABILITIES } from '@hookline/contracts';
import { Pool } from 'undici';
import { type Answer, findAnswerProblem } from './check-answer.ts';
import type { EmulatedProviders } from './emulated-providers.ts';
import { ODD_BODIES, ODD_PATH_PARTS, withOddValue } from './odd-values.ts';
import { createRandom, type Random } from './random.ts';
import { type Call, type OpenApiDocument, readCalls } from './read-calls.ts';
import { sampleSchema } from './sample-schema.ts';

export interface ApiFuzzOptions {
  /** The origin of the gateway. */
  url: string;
  operatorKey: string;
  /** The URL of the endpoints that the run creates: a receiver of the caller, on loopback. */
  receiverUrl: string;
  /** Called in place of the real providers. */
  providers: Pick<EmulatedProviders, 'origins' | 'accessToken'>;
  /** The number of times that each role makes each call. */
  rounds: number;
  seed: number;
  onProgress?: (requests: number) => void;
}

export interface ApiFuzzReport {
  requests: number;
  operations: number;
  /** The number of answers by status. */
  statuses: Record<string, number>;
  /** Calls that never succeeded. */
  neverSucceeded: string[];
  /** The problems, each with its request. */
  problems: string[];
  /** Ids of the events that were answered 202. All of them must exist. */
  accepted: string[];
}

interface Role {
  name: 'operator' | 'tenant' | 'other tenant' | 'portal session' | 'nobody';
  key: string | undefined;
  /** Ids of the resources of this role, by the prefix of the id (`evt`, `ep` …). */
  ids: Map<string, string[]>;
}

interface Sent {
  call: Call;
  path: string;
  body: string | undefined;
  answer: Answer;
}

/** When two snapshots of a tenant this far apart are equal, none of its work is still in progress. */
const SETTLED_MS = 2_000;
const MAX_LOOKS = 15;
const CONCURRENCY = 8;
const MAX_PROBLEMS = 50;
const MAX_IDS = 30;
const ID =
  /\b(evt|ep|src|rej|rpl|blk|cbj|key|pts|vw|dlv|alr|alt|con|oap|sch)_[0-9A-Z]{26}(?:_[0-9A-Z]{26})?\b/g;
/** They say which addresses are called for an OAuth application. */
const WITH_ORIGINS: ReadonlySet<string> = new Set(['createOAuthApp', 'updateOAuthApp']);
/** The id of the tenant whose data no other tenant may see. All resources that it creates contain this text. */
const OWN_TENANT = 'fuzz-one-7f3a';
const OTHER_TENANT = 'fuzz-two-91c4';

/**
 * Calls every operation of the OpenAPI document with values that its schemas allow, values at their limits, and odd ones,
 * as an operator, as a tenant, as another tenant, as a portal session of that tenant with all capabilities and without a
 * key. Every answer must conform to the document, and neither the second tenant nor its portal session must see or change
 * any data of the first.
 */
export async function fuzzApi(options: ApiFuzzOptions): Promise<ApiFuzzReport> {
  const random = createRandom(options.seed);
  const pool = new Pool(options.url, { connections: CONCURRENCY });
  const report: ApiFuzzReport = {
    requests: 0,
    operations: 0,
    statuses: {},
    neverSucceeded: [],
    problems: [],
    accepted: [],
  };
  const succeeded = new Set<string>();
  /** The API keys and the portal session of the run itself. */
  const keysInUse = new Set<string>();
  try {
    const calls = readCalls(JSON.parse((await send('GET', '/openapi.json')).text) as OpenApiDocument);
    report.operations = calls.length;
    const operator: Role = { name: 'operator', key: options.operatorKey, ids: new Map() };
    const tenant = await makeTenant('tenant', OWN_TENANT);
    const other = await makeTenant('other tenant', OTHER_TENANT);
    const nobody: Role = { name: 'nobody', key: undefined, ids: tenant.ids };

    await fuzzAs(tenant, calls, []);
    const before = await settledSnapshot(tenant);
    // The second tenant knows the ids of the first tenant and tries them.
    await fuzzAs(other, calls, [tenant]);
    await fuzzAs(await openPortal(other), calls, [tenant]);
    const after = await settledSnapshot(tenant);
    if (before !== after) report.problems.push(`another tenant changed something:\n${before}\n${after}`);
    await fuzzAs(nobody, calls, []);
    await fuzzAs(operator, calls, [tenant, other]);
    await send('POST', '/api/webhooks/queue/resume', operator.key);
    report.neverSucceeded = calls.map(({ id }) => id).filter((id) => !succeeded.has(id));
    return report;

    /** A portal session of the second tenant, which knows the ids of that tenant. */
    async function openPortal({ ids }: Role): Promise<Role> {
      const body = {
        userId: OTHER_TENANT,
        capabilities: PORTAL_CAPABILITIES,
        returnUrl: options.receiverUrl,
      };
      const made = await send('POST', '/api/portal/sessions', options.operatorKey, JSON.stringify(body));
      const { id, url } = JSON.parse(made.text).data as { id: string; url: string };
      keysInUse.add(id);
      const opened = await send('POST', '/api/portal/exchange', url.split('#')[1]);
      return { name: 'portal session', key: JSON.parse(opened.text).data.token, ids };
    }

    async function makeTenant(name: Role['name'], userId: string): Promise<Role> {
      const made = await send('POST', '/api/keys', options.operatorKey, JSON.stringify({ userId }));
      const role: Role = { name, key: JSON.parse(made.text).data.key, ids: new Map() };
      keysInUse.add(JSON.parse(made.text).data.id);
      const endpoint = { name: userId, events: ['*'] };
      const fixtures: [path: string, body: object][] = [
        ['/api/webhooks', { ...endpoint, url: options.receiverUrl }],
        // No server listens on this port, which gives dead letters and deliveries with a scheduled retry.
        ['/api/webhooks', { ...endpoint, url: 'http://127.0.0.1:9/', maxRetries: 0 }],
        ['/api/webhooks', { ...endpoint, url: 'http://127.0.0.1:9/', maxRetries: 3 }],
        ['/api/sources', { provider: 'github', secret: `${userId} signs`, name: userId }],
        ['/api/events', { type: 'fuzz.made', data: { userId }, subject: userId }],
        [
          '/api/alerts/rules',
          {
            name: userId,
            condition: { type: 'dead_letters' },
            channels: [{ type: 'slack', url: options.receiverUrl }],
            firesAfterSeconds: 0,
          },
        ],
        ['/api/oauth-apps', { provider: 'github', clientId: userId, clientSecret: `${userId} opens` }],
      ];
      for (const [path, body] of fixtures) {
        const sent = path === '/api/oauth-apps' ? withOrigins(body) : body;
        const answer = await send('POST', path, role.key, JSON.stringify(sent));
        if (answer.status >= 300) throw new Error(`${path} was answered ${answer.status}: ${answer.text}`);
        collectIds(role, answer.text, keysInUse);
        if (path === '/api/sources') await sendWebhook(JSON.parse(answer.text).data.url, userId);
      }
      return role;
    }
  } finally {
    await pool.close();
  }

  /** Sends a signed webhook of GitHub: its event has a request. */
  async function sendWebhook(url: string, userId: string): Promise<void> {
    const body = JSON.stringify({ ref: 'refs/heads/main', repository: { full_name: `${userId}/api` } });
    const signature = createHmac('sha256', `${userId} signs`).update(body).digest('hex');
    const { status } = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/044aadd',
        'x-github-event': 'push',
        'x-github-delivery': userId,
        'x-hub-signature-256': `sha256=${signature}`,
      },
      body,
    });
    if (status !== 200) throw new Error(`the webhook was answered ${status}`);
  }

  /** The tenant's resources after its own calls have taken effect: event types are stored a second after the event. */
  async function settledSnapshot(role: Role): Promise<string> {
    let last = await snapshot(role);
    for (let n = 0; n < MAX_LOOKS; n++) {
      await setTimeout(SETTLED_MS);
      const next = await snapshot(role);
      if (next === last) return next;
      last = next;
    }
    return last;
  }

  async function snapshot(role: Role): Promise<string> {
    const lists = [
      '/api/webhooks',
      '/api/sources',
      '/api/webhooks/events',
      '/api/keys',
      '/api/replays',
      '/api/views',
      '/api/alerts/rules',
      '/api/bulk-jobs',
    ];
    const texts = await Promise.all(
      lists.map(async (path) => {
        const { data } = JSON.parse((await send('GET', path, role.key)).text) as { data: object[] };
        return JSON.stringify(data, (name, value) =>
          /^(done|sent|changed|succeeded|failed|open|status|finishedAt|skipped|skips|health|lastUsedAt)$/.test(
            name,
          )
            ? undefined
            : value,
        );
      }),
    );
    return texts.join('\n');
  }

  async function fuzzAs(role: Role, calls: readonly Call[], victims: readonly Role[]): Promise<void> {
    const todo = Array.from({ length: options.rounds }, () => calls).flat();
    let next = 0;
    const work = async () => {
      for (let call = todo[next++]; call; call = todo[next++]) {
        const request = makeRequest(call, role, victims);
        const answer = await send(call.method, request.path, role.key, request.body, request.contentType);
        judge({ ...request, call, answer }, role);
        options.onProgress?.(report.requests);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  }

  function makeRequest(call: Call, role: Role, victims: readonly Role[]) {
    const named = (name: string) => namedValue(name, role, victims, random, options);
    const isOdd = random.chance(0.6);
    const oddPart = isOdd ? random.pick(['path', 'query', 'body', 'body', 'wholeBody'] as const) : undefined;
    let path = call.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      oddPart === 'path'
        ? random.pick(ODD_PATH_PARTS)
        : encodeURIComponent(String(namedParameter(name, call, role, victims, random))),
    );
    const search: string[] = [];
    for (const { name, schema } of call.query) {
      if (oddPart !== 'query' && random.chance(0.7)) continue;
      const value = sampleSchema(schema, random, named, name);
      search.push(`${name}=${toQueryText(oddPart === 'query' ? withOddValue(value, random) : value)}`);
    }
    if (oddPart === 'query' && random.chance(0.2))
      search.push(random.pick(['x=1', '%zz=%zz', 'limit=1&limit=2', '=']));
    if (search.length > 0) path += `?${search.join('&')}`;
    let body: string | undefined;
    let contentType = 'application/json';
    if (call.body) {
      const value = sampleSchema(call.body, random, named);
      if (oddPart === 'wholeBody') {
        body = random.pick(ODD_BODIES);
        if (random.chance(0.2))
          contentType = random.pick(['text/plain', 'application/json; charset=utf-16', 'x']);
      } else {
        const sent = oddPart === 'body' ? withOddValue(value, random) : value;
        body = JSON.stringify(WITH_ORIGINS.has(call.id) ? withOrigins(sent) : sent) ?? undefined;
      }
    }
    return { path, body, contentType };
  }

  /** An application without them would call the real providers. */
  function withOrigins(value: unknown): unknown {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return { ...value, settings: { origins: options.providers.origins } };
  }

  async function send(
    method: string,
    path: string,
    key?: string,
    body?: string,
    contentType = 'application/json',
  ): Promise<Answer> {
    report.requests++;
    const answer = await pool.request({
      method: method as 'GET',
      path,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': contentType }),
      },
      ...(body === undefined ? {} : { body }),
      headersTimeout: 60_000,
    });
    const answeredType = answer.headers['content-type']?.toString();
    const isEndless = answeredType?.startsWith('text/event-stream') ?? false;
    if (isEndless) answer.body.on('error', () => {}).destroy();
    return {
      status: answer.statusCode,
      contentType: answeredType,
      text: isEndless ? '' : await answer.body.text(),
    };
  }

  function judge(sent: Sent, role: Role): void {
    const { call, answer } = sent;
    report.statuses[answer.status] = (report.statuses[answer.status] ?? 0) + 1;
    const problem = findAnswerProblem(answer, call.success) ?? findForbidden(sent, role);
    if (problem !== undefined && report.problems.length < MAX_PROBLEMS) {
      report.problems.push(
        `${role.name}: ${call.method} ${sent.path.slice(0, 300)} ${sent.body?.slice(0, 500) ?? ''}\n  ${problem}\n  ${answer.text.slice(0, 500)}`,
      );
    }
    if (answer.status >= 300) return;
    succeeded.add(call.id);
    collectIds(role, answer.text, keysInUse);
    if (call.id === 'publishEvent') report.accepted.push(JSON.parse(answer.text).data.id);
    if (call.id === 'publishEvents') {
      const { events } = JSON.parse(answer.text).data as { events: { id: string }[] };
      report.accepted.push(...events.map(({ id }) => id));
    }
  }

  /** The forbidden content or success in an answer to a role, if there is any. */
  function findForbidden({ call, path, body, answer }: Sent, role: Role): string | undefined {
    if (role.name === 'nobody') {
      // An invalid path is refused before the key is checked.
      const isNoAddress = answer.status === 414 || (answer.status === 400 && answer.text.includes('%'));
      return answer.status === 401 || isNoAddress
        ? undefined
        : `without a key it was answered ${answer.status}`;
    }
    if (role.name === 'operator') return undefined;
    if (call.isForOperators && answer.status < 300) return 'a tenant may not call it';
    if (
      role.name === 'portal session' &&
      answer.status < 300 &&
      !allowsInPortal(PORTAL_CAPABILITIES, call.id)
    )
      return 'no capability of a portal session allows it';
    const foreign = role.name === 'tenant' ? OTHER_TENANT : OWN_TENANT;
    // An answer may repeat the text of its request.
    return answer.text.includes(foreign) && !path.includes(foreign) && !body?.includes(foreign)
      ? `it shows data of ${foreign}`
      : undefined;
  }
}

function collectIds(role: Role, text: string, without: ReadonlySet<string>): void {
  for (const [id, prefix = ''] of text.matchAll(ID)) {
    const ids = role.ids.get(prefix) ?? [];
    role.ids.set(prefix, ids);
    if (!ids.includes(id) && !without.has(id) && ids.length < MAX_IDS) ids.push(id);
  }
}

function anyId(prefix: string, role: Role, victims: readonly Role[], random: Random): string {
  const owner = victims.length > 0 && random.chance(0.3) ? random.pick(victims) : role;
  const ids = owner.ids.get(prefix) ?? [];
  return ids.length > 0 ? random.pick(ids) : `${prefix}_01BX5ZZKBKACTAV9WEVGEMMVRZ`;
}

/** An id for a path, by the collection that the path names. */
function namedParameter(
  name: string,
  { path }: Call,
  role: Role,
  victims: readonly Role[],
  random: Random,
): string {
  if (name === 'type') return random.pick(['fuzz.own', 'fuzz.made', 'a'.repeat(200)]);
  if (name === 'deliveryId') return anyId(random.pick(['evt', 'dlv']), role, victims, random);
  const prefixes: [string, string][] = [
    ['/api/webhook-events', 'evt'],
    ['/api/deliveries', 'dlv'],
    ['/api/dead-letters', 'dlv'],
    ['/api/sources', 'src'],
    ['/api/replays', 'rpl'],
    ['/api/bulk-jobs', 'blk'],
    ['/api/connections/bulk-jobs', 'cbj'],
    ['/api/keys', 'key'],
    ['/api/portal/sessions', 'pts'],
    ['/api/views', 'vw'],
    ['/api/alerts/rules', 'alr'],
    ['/api/alerts', 'alt'],
    ['/api/connections', 'con'],
    ['/api/oauth-apps', 'oap'],
    ['/api/schedules', 'sch'],
  ];
  const prefix = prefixes.find(([start]) => path.startsWith(start))?.[1] ?? 'ep';
  return anyId(prefix, role, victims, random);
}

/** Values that are meaningful more often than random values of a schema. */
function namedValue(
  name: string,
  role: Role,
  victims: readonly Role[],
  random: Random,
  { receiverUrl, providers }: ApiFuzzOptions,
): unknown {
  switch (name) {
    case 'url':
    case 'tokenUrl':
    case 'returnUrl':
      return receiverUrl;
    case 'to':
      return 'on-call@example.com';
    case 'accessToken':
      return random.pick([providers.accessToken, undefined]);
    case 'cron':
      return random.pick(['0 9 * * *', undefined]);
    case 'timeZone':
      return random.pick(['UTC', 'Europe/Berlin', undefined]);
    case 'appId':
      return anyId('oap', role, victims, random);
    case 'connectionId':
      return anyId('con', role, victims, random);
    case 'provider':
      return random.pick(['github', 'stripe', 'hmac', 'app', 'nobody']);
    case 'webhookId':
    case 'targetWebhookId':
      return anyId('ep', role, victims, random);
    case 'eventId':
    case 'eventIds':
      return anyId('evt', role, victims, random);
    case 'sourceId':
      return anyId('src', role, victims, random);
    case 'rejectionId':
      return anyId('rej', role, victims, random);
    case 'cursor':
      return random.pick(['', 'x', Buffer.from(anyId('evt', role, victims, random)).toString('base64url')]);
    case 'userId':
      if (role.name === 'operator') return random.pick([OWN_TENANT, OTHER_TENANT, 'fuzz-three']);
      return random.pick([OWN_TENANT, OTHER_TENANT]);
    case 'perSecond':
      // A low rate, so that a replay is still running when it is paused.
      return random.pick([1, undefined]);
    case 'events':
      return random.pick(['*', 'fuzz.*', 'github.push']);
    default:
      return undefined;
  }
}

function toQueryText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  // Unpaired surrogates, encoded as other clients encode them.
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}
