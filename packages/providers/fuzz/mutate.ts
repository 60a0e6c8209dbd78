import type { InboundRequest } from '../src/index.ts';
import type { Random } from './random.ts';

type Headers = Record<string, readonly string[] | undefined>;

/** Texts that often break parsers and comparisons. */
const NASTY_TEXTS = [
  '',
  ' ',
  '\0',
  '=',
  ',',
  ';',
  'v1=',
  'v1,',
  't=1,v1=',
  'null',
  'undefined',
  '[object Object]',
  '0',
  '-1',
  '1e309',
  'NaN',
  '99999999999999999999',
  'sha256=',
  `sha256=${'0'.repeat(64)}`,
  'Bearer ',
  'Basic ',
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  'é'.repeat(40),
  '\uD800',
  '%00%ff%',
  'x'.repeat(5_000),
  'a=b,'.repeat(500),
  '../../etc/passwd',
  '__proto__',
];
const NASTY_BODIES = [
  '',
  ' ',
  '\u0000',
  '{',
  '[]',
  'null',
  '"text"',
  '{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}',
  '{"type":{"toString":1},"id":[],"event":{"type":null}}',
  '{"type":"../../a b\\u0000\\u202e","id":"\\uD800"}',
  '{"a":1,"a":2,"type":"x","type":"y"}',
  '{"id":1e400,"type":-0}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
  'a=1&a=2&__proto__=3&payload=%7B%22a%22%3A1%7D',
  '%zz=%&&&===',
  '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;">]><feed>&z;</feed>',
  '<feed><entry><yt:videoId>a</yt:videoId></entry>',
  '\uFEFF{"type":"a"}',
];

/** Makes one to three changes to a copy of a request. */
export function mutate(random: Random, original: InboundRequest): InboundRequest {
  let changed = original;
  for (let times = 1 + random.below(3); times > 0; times--) changed = random.pick(MUTATIONS)(random, changed);
  return changed;
}

type Mutation = (random: Random, request: InboundRequest) => InboundRequest;

const changeBytes: Mutation = (random, request) => {
  const bytes = Buffer.from(request.rawBody);
  if (bytes.length === 0) return { ...request, rawBody: Buffer.from([random.below(256)]) };
  const at = random.below(bytes.length);
  switch (random.below(4)) {
    case 0:
      bytes[at] = (bytes[at] as number) ^ (1 << random.below(8));
      return { ...request, rawBody: bytes };
    case 1:
      return { ...request, rawBody: bytes.subarray(0, at) };
    case 2:
      return { ...request, rawBody: Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]) };
    default:
      return {
        ...request,
        rawBody: Buffer.concat([bytes.subarray(0, at), Buffer.from([random.below(256)]), bytes.subarray(at)]),
      };
  }
};

const replaceBody: Mutation = (random, request) => ({
  ...request,
  rawBody: Buffer.from(random.pick(NASTY_BODIES)),
});

const changeHeader: Mutation = (random, request) => {
  const name = random.pick(Object.keys(request.headers));
  return name === undefined
    ? request
    : withHeader(request, name, changeValues(random, request.headers[name]));
};

const addHeader: Mutation = (random, request) =>
  withHeader(
    request,
    random.pick([
      'content-type',
      'authorization',
      'content-encoding',
      'x-signature',
      'x-hub-signature',
      '__proto__',
    ]),
    [random.pick(NASTY_TEXTS), ...(random.below(4) === 0 ? ['application/x-www-form-urlencoded'] : [])],
  );

const changeType: Mutation = (random, request) =>
  withHeader(request, 'content-type', [
    random.pick([
      'application/x-www-form-urlencoded',
      'application/json; charset=utf-16',
      'multipart/form-data; boundary=',
      'application/atom+xml',
      'text/plain',
      '',
    ]),
  ]);

const changeQuery: Mutation = (random, request) => {
  const query = new URLSearchParams(request.query);
  query.append(
    random.pick([...query.keys(), 'hub.challenge', 'hmac', '__proto__']),
    random.pick(NASTY_TEXTS),
  );
  return { ...request, query, url: `${request.url}?${query}` };
};

const changeMethod: Mutation = (random, request) => ({
  ...request,
  method: random.pick(['GET', 'HEAD', 'PUT', 'POST', 'OPTIONS', '']),
});

const changeTime: Mutation = (random, request) => ({
  ...request,
  receivedAtMs: request.receivedAtMs + random.pick([-1, 1]) * random.pick([1_000, 301_000, 86_400_000, 1e15]),
});

const MUTATIONS: readonly Mutation[] = [
  changeBytes,
  changeBytes,
  replaceBody,
  changeHeader,
  changeHeader,
  changeHeader,
  addHeader,
  changeType,
  changeQuery,
  changeMethod,
  changeTime,
];

function changeValues(random: Random, values: readonly string[] = []): readonly string[] | undefined {
  const [value = ''] = values;
  const at = random.below(value.length + 1);
  switch (random.below(8)) {
    case 0:
      return undefined;
    case 1:
      return [...values, ...values];
    case 2:
      return [random.pick(NASTY_TEXTS)];
    case 3:
      return [value.slice(0, at)];
    case 4:
      return [value.slice(0, at) + random.pick(NASTY_TEXTS) + value.slice(at)];
    case 5:
      return [value.slice(0, at) + String.fromCharCode(random.below(0x180)) + value.slice(at + 1)];
    case 6:
      return [random.below(2) === 0 ? value.toUpperCase() : value.toLowerCase()];
    default:
      return [value, random.pick(NASTY_TEXTS)];
  }
}

function withHeader(
  request: InboundRequest,
  name: string,
  values: readonly string[] | undefined,
): InboundRequest {
  // As in Node, a header called "__proto__" is an ordinary header.
  const headers: Headers = Object.assign(Object.create(null), request.headers);
  headers[name] = values;
  return { ...request, headers };
}
