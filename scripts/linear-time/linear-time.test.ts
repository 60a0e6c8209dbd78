import { expect, test } from 'vitest';
import { refuseHeader } from '../../apps/delivery/src/endpoints/headers/endpoint-headers.ts';
import {
  keepResponseHeaders,
  showRequestHeaders,
} from '../../apps/delivery/src/endpoints/headers/redact-headers.ts';
import { evaluateFilters } from '../../apps/delivery/src/pipeline/filters/evaluate-filters.ts';
import { parseRetryAfter } from '../../apps/delivery/src/pipeline/sending/next-attempt.ts';
import { checkAuth } from '../../apps/delivery/src/routes/endpoints/settings/check-auth.ts';
import { parseCurl } from '../../apps/ingest/src/diagnose/parse-curl.ts';
import { parseRawRequest } from '../../apps/ingest/src/diagnose/parse-raw-request.ts';
import { readPastedRequest } from '../../apps/ingest/src/diagnose/read-pasted-request.ts';
import { splitShellWords } from '../../apps/ingest/src/diagnose/split-shell-words.ts';
import { measureSchema } from '../../apps/ingest/src/event-types/measure-schema.ts';
import { traceparentOf } from '../../apps/ingest/src/events/traceparent.ts';
import { bodyVariants } from '../../apps/ingest/src/rejections/body-variants.ts';
import { redactBody } from '../../apps/ingest/src/rejections/redact-body.ts';
import { redactHeaders } from '../../apps/ingest/src/rejections/redact-headers.ts';
import { secretVariants } from '../../apps/ingest/src/rejections/secret-variants.ts';
import { parseHeaderBlock } from '../../packages/bus/src/header-block.ts';
import * as contracts from '../../packages/contracts/src/index.ts';
import { toColumnArrays } from '../../packages/db/src/to-column-arrays.ts';
import { compileFilter } from '../../packages/filters/src/index.ts';
import { sliceJsonMember } from '../../packages/json/src/json-slices.ts';
import { createAddressGuard } from '../../packages/outbound/src/index.ts';
import { maxAgeOf } from '../../packages/outbound/src/max-age.ts';
import { isPublicAddress } from '../../packages/outbound/src/public-address.ts';
import { toEventType } from '../../packages/providers/src/events/create-event.ts';
import { toTimeMs } from '../../packages/providers/src/events/times.ts';
import { type InboundRequest, listProviders } from '../../packages/providers/src/index.ts';
import { parseForm } from '../../packages/providers/src/request/form/parse-form.ts';
import { parseJson } from '../../packages/providers/src/request/json/parse-json.ts';
import { toPhpJson } from '../../packages/providers/src/request/json/php-json.ts';
import { createXmlReader } from '../../packages/providers/src/request/xml/parse-xml.ts';
import { queryStringHash } from '../../packages/providers/src/schemes/query-string-hash.ts';
import { checkAllowedIp } from '../../packages/service/src/allowed-addresses.ts';
import { networkOf, plainAddress } from '../../packages/service/src/client-address.ts';
import { verifyStandardWebhook } from '../../packages/signing/src/index.ts';
import { HOSTILE_JSON, HOSTILE_TEXTS, type HostileText } from './hostile-texts.ts';
import { findExcess, MAX_RATIO, measureGrowth } from './measure-growth.ts';

/** The largest CPU time for one text of the largest size. */
const MAX_MS = 400;
const KB = 1_024;

function expectLinear(texts: readonly HostileText[], length: number, work: (text: string) => unknown): void {
  const problems: string[] = [];
  for (const { name, make } of texts) {
    const growth = measureGrowth((size) => {
      const text = make(size);
      return () => work(text);
    }, length);
    const excess = findExcess(growth, MAX_MS);
    if (excess !== undefined) problems.push(`${name}: ${excess}`);
  }
  expect(problems).toEqual([]);
}

const guard = createAddressGuard({ allow: [], deny: [] } as never);
const readXml = createXmlReader(KB * KB, ['item']);
const filters = [
  { data: { a: { $in: Array.from({ length: 2_000 }, (_, index) => `x${index}`) } } },
  {
    $or: Array.from({ length: 100 }, (_, index) => ({
      data: { a: { $endsWith: `${'a'.repeat(100)}${index}` } },
    })),
  },
].map((filter) => compileFilter(filter));
const attributes = {
  id: 'evt_1',
  type: 'app.x',
  source: '/app',
  time: '2026-01-01T00:00:00.000Z',
  provider: 'app',
};

/** All functions that read a stranger's text, each with the largest length of the text. */
const READERS: readonly (readonly [name: string, maxLength: number, read: (text: string) => unknown])[] = [
  ['body variants', 64 * KB, (text) => bodyVariants(Buffer.from(text))],
  ['redacting a body', 64 * KB, (text) => redactBody(Buffer.from(text))],
  [
    'redacting headers',
    16 * KB,
    (text) => redactHeaders({ 'x-signature': text, authorization: text, cookie: text }),
  ],
  ['secret variants', 16 * KB, secretVariants],
  ['shell words', 64 * KB, splitShellWords],
  ['a curl command', 64 * KB, (text) => parseCurl(`curl -H ${text}`)],
  ['a raw request', 256 * KB, parseRawRequest],
  ['a raw request with a first line', 256 * KB, (text) => parseRawRequest(`POST /a HTTP/1.1\na:${text}`)],
  [
    'a pasted request',
    64 * KB,
    (text) =>
      readPastedRequest({ headers: { a: text }, bodyBase64: text, url: text }, 'https://a.example/in/x'),
  ],
  ['a member of JSON', 256 * KB, (text) => sliceJsonMember(Buffer.from(`{"b":1,${text}`), 'data')],
  ['traceparent', 16 * KB, traceparentOf],
  ['an allowed address', 16 * KB, checkAllowedIp],
  ['JSON', 256 * KB, (text) => parseJson(Buffer.from(text))],
  ['a form', 256 * KB, (text) => parseForm(Buffer.from(text))],
  ['XML', 64 * KB, (text) => readXml(Buffer.from(text))],
  ['XML in an element', 64 * KB, (text) => readXml(Buffer.from(`<a b="${text}">${text}</a>`))],
  ['JSON of PHP', 256 * KB, (text) => toPhpJson(Buffer.from(text))],
  ['a time', 16 * KB, toTimeMs],
  ['an event type', 64 * KB, (text) => toEventType('app', [text])],
  ['the hash of a query', 16 * KB, (text) => queryStringHash('GET', `https://a.example/?${text}`)],
  ['whether a type is one', 64 * KB, contracts.isEventType],
  ['a pattern and a type', 64 * KB, (text) => contracts.matchesEventType(`${text}.*`, text)],
  ['a subject', KB, (text) => contracts.eventSubject(text, text, text)],
  ['an id', 64 * KB, (text) => contracts.isId('evt', text)],
  ['a delivery id', 64 * KB, contracts.parseDeliveryId],
  ['a cursor', 64 * KB, contracts.parseCursor],
  ['a client’s address', 64 * KB, (text) => [plainAddress(text), networkOf(text)]],
  ['a public address', 64 * KB, isPublicAddress],
  ['Cache-Control', 16 * KB, maxAgeOf],
  ['Retry-After', 16 * KB, (text) => parseRetryAfter(text, 0)],
  ['headers of an answer', 64 * KB, (text) => keepResponseHeaders({ [text]: text })],
  ['headers of a request', 64 * KB, (text) => showRequestHeaders({ [text]: text })],
  ['a header to set', 64 * KB, (text) => [refuseHeader(text, 'a'), refuseHeader('a', text)]],
  [
    'a certificate',
    64 * KB,
    (text) => checkAuth({ type: 'mtls', certificate: text, privateKey: text } as never, guard),
  ],
  ['headers of the bus', 64 * KB, parseHeaderBlock],
  ['columns', 64 * KB, (text) => toColumnArrays([{ a: text }], ['a'])],
  ['a filter', 16 * KB, (text) => compileFilter({ [text]: { $eq: text }, data: { $ref: text } })],
  [
    'filters on a text',
    64 * KB,
    (text) => evaluateFilters(attributes, Buffer.from(JSON.stringify({ a: text })), filters, true),
  ],
  [
    'a signature of ours',
    16 * KB,
    (text) =>
      verifyStandardWebhook({
        secrets: ['whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3'],
        headers: { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': text },
        body: Buffer.alloc(0),
      } as never),
  ],
];

test.for(READERS)(
  '%s: a text of twice the length takes at most about twice the time',
  { timeout: 120_000 },
  ([, maxLength, read]) => expectLinear(HOSTILE_TEXTS, maxLength, read),
);

const JSON_READERS: readonly (readonly [name: string, read: (text: string) => unknown])[] = [
  ['JSON', (text) => parseJson(Buffer.from(text))],
  ['JSON of PHP', (text) => toPhpJson(Buffer.from(text))],
  ['a member of JSON', (text) => sliceJsonMember(Buffer.from(`{"data":${text},"data":1}`), 'data')],
  ['body variants', (text) => bodyVariants(Buffer.from(text))],
  ['redacting a body', (text) => redactBody(Buffer.from(text))],
  ['a schema', (text) => measureSchema({ properties: { a: { enum: [JSON.parse(text)] } } })],
  ['filters', (text) => evaluateFilters(attributes, Buffer.from(`{"a":${text}}`), filters, true)],
];

test.for(JSON_READERS)(
  '%s of unusual shape: twice the length takes at most about twice the time',
  { timeout: 120_000 },
  ([, read]) => expectLinear(HOSTILE_JSON, 128 * KB, read),
);

const MAX_HEADER_LENGTH = 8 * KB;

/** Every header exists and has the same text. */
function requestOf(text: string, rawBody: Buffer): InboundRequest {
  const headers = new Proxy({}, { get: () => [text], has: () => true }) as InboundRequest['headers'];
  return {
    method: 'POST',
    headers,
    url: `https://a.example/in/x?${text}`,
    query: new URLSearchParams(`a=${text}`),
    rawBody,
    receivedAtMs: 0,
  };
}

test('the verifier of every provider takes at most linear time for any header', async () => {
  const problems: string[] = [];
  const body = Buffer.from('{"type":"a"}');
  const texts = HOSTILE_TEXTS.filter((_, index) => index % 6 < 2);
  for (const provider of listProviders()) {
    for (const { name, make } of texts) {
      const request = requestOf(make(MAX_HEADER_LENGTH), body);
      const options = new Proxy({}, { get: () => 'https://a.example', has: () => true });
      const before = process.threadCpuUsage();
      await provider.verify({ request, secrets: ['s'], options, toleranceSeconds: null });
      const { user, system } = process.threadCpuUsage(before);
      if (user + system > 30_000) problems.push(`${provider.id}, ${name}: ${(user + system) / 1_000} ms`);
    }
  }
  expect(problems).toEqual([]);
}, 180_000);

test('the definition of every provider takes at most linear time for a body', () => {
  const problems: string[] = [];
  const texts = [...HOSTILE_JSON, ...HOSTILE_TEXTS.filter((_, index) => index % 6 === 3)];
  for (const provider of listProviders()) {
    for (const { name, make } of texts) {
      const growth = measureGrowth((size) => {
        const request = requestOf('application/json', Buffer.from(make(size)));
        return () => provider.interpret(request, { secret: 's', options: {} });
      }, 64 * KB);
      const excess = findExcess(growth, MAX_MS);
      if (excess !== undefined) problems.push(`${provider.id}, ${name}: ${excess}`);
    }
  }
  expect(problems).toEqual([]);
}, 180_000);

test('the measurement detects work that takes quadratic time', () => {
  const square = (length: number) => () => {
    const before = process.threadCpuUsage();
    let usedMs = 0;
    while (usedMs < length ** 2) {
      const { user, system } = process.threadCpuUsage(before);
      usedMs = (user + system) / 1_000;
    }
  };
  // The whole takes 196 ms.
  const growth = measureGrowth(square, 14);
  expect(growth.fullMs).toBeGreaterThan(MAX_RATIO * growth.halfMs);
  expect(findExcess(growth, Number.POSITIVE_INFINITY)).toMatch(/ms for half of it$/);
  expect(findExcess({ halfMs: 500, fullMs: 1_000 }, MAX_MS)).toMatch(/are allowed$/);
});
