import { ApiError } from '@hookline/contracts';
import { addHeader, HEADER_NAME, type PastedRequest } from './pasted-request.ts';
import { splitShellWords } from './split-shell-words.ts';

/** Options that do not change the request itself. */
const IGNORED = new Set([
  '-s',
  '--silent',
  '-S',
  '--show-error',
  '-v',
  '--verbose',
  '-i',
  '--include',
  '-k',
  '--insecure',
  '-L',
  '--location',
  '-f',
  '--fail',
  '--compressed',
  '--http1.1',
]);
/** Short names of options with a value, which may follow directly: `-XPOST`. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  '-X': '--request',
  '-H': '--header',
  '-d': '--data',
  '-A': '--user-agent',
};
const WITH_VALUE = new Set([
  ...Object.values(LONG_NAMES),
  '--data-ascii',
  '--data-raw',
  '--data-binary',
  '--json',
  '--url',
]);

/**
 * Parses a curl command with the options -X, -H, -A, -d, --data-raw, --data-binary, --json and --url. Every other
 * option that would change the request is refused, so that the answer is never about another request.
 * @throws ApiError `invalid_request`
 */
export function parseCurl(text: string): PastedRequest {
  const [command, ...words] = splitShellWords(text);
  if (command !== 'curl') throw unreadable('it does not begin with "curl"');
  const request: PastedRequest = { method: '', url: undefined, headers: new Map(), body: Buffer.alloc(0) };
  const data: string[] = [];

  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (!word.startsWith('-')) {
      setUrl(request, word);
      continue;
    }
    if (IGNORED.has(word) || /^-[sSvikLf]+$/.test(word)) continue;
    const { name, joined } = readOption(word);
    const value = joined ?? words[++index];
    if (value === undefined) throw unreadable(`${word} has no value`);
    applyOption(request, data, name, value);
  }
  if (data.length > 0) {
    request.body = Buffer.from(data.join('&'));
    if (!request.headers.has('content-type')) {
      addHeader(request.headers, 'content-type', 'application/x-www-form-urlencoded');
    }
  }
  request.method ||= data.length > 0 ? 'POST' : 'GET';
  return request;
}

function readOption(word: string): { name: string; joined?: string } {
  if (WITH_VALUE.has(word)) return { name: word };
  const name = LONG_NAMES[word.slice(0, 2)];
  if (name === undefined) {
    throw unreadable(`${word} is not supported; remove it, or send headers and body instead`);
  }
  return word.length > 2 ? { name, joined: word.slice(2) } : { name };
}

function applyOption(request: PastedRequest, data: string[], name: string, value: string): void {
  switch (name) {
    case '--request':
      request.method = value.toUpperCase();
      return;
    case '--header':
      addCurlHeader(request.headers, value);
      return;
    case '--user-agent':
      addHeader(request.headers, 'user-agent', value);
      return;
    case '--url':
      setUrl(request, value);
      return;
    case '--json':
      addHeader(request.headers, 'content-type', 'application/json');
      break;
  }
  if (name !== '--data-raw' && value.startsWith('@')) {
    throw unreadable(`${name} names a file; put the content here with --data-raw`);
  }
  data.push(value);
}

function setUrl(request: PastedRequest, url: string): void {
  if (request.url !== undefined) throw unreadable('it has more than one URL');
  request.url = url;
}

/**
 * `Name: value`. `Name;` is a header without a value, and `Name:` removes a header that curl sends by default.
 */
function addCurlHeader(headers: Map<string, string[]>, text: string): void {
  const [, name = '', separator, value = ''] = /^([^:;]*)([:;])\s*(.*)$/s.exec(text) ?? [];
  if (!HEADER_NAME.test(name)) throw unreadable(`"${text.slice(0, 50)}" is not a header`);
  if (separator === ':' && value === '') return;
  addHeader(headers, name, value.trimEnd());
}

function unreadable(why: string): ApiError {
  return new ApiError('invalid_request', { message: `body/curl is not a valid command: ${why}` });
}
