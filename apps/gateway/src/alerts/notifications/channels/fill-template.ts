import type { HttpChannel } from '../../rules/alert-channels.ts';
import type { AlertMessage } from '../alert-message.ts';

/** What the placeholders of a template stand for. */
const PLACEHOLDERS: Readonly<Record<string, (message: AlertMessage) => string>> = {
  title: ({ title }) => title,
  text: ({ text }) => text,
  nextStep: ({ nextStep }) => nextStep ?? '',
  link: ({ link }) => link ?? '',
  state: ({ kind }) => kind,
  rule: ({ ruleName }) => ruleName,
  type: ({ type }) => type,
  subject: ({ subject }) => subject.name ?? subject.id,
  subjectId: ({ subject }) => subject.id,
  userId: ({ subject }) => subject.userId ?? '',
  since: ({ since, at }) => since ?? at,
  alertId: ({ alertId }) => alertId ?? '',
};
const PLACEHOLDER = /\{\{([^{}]{0,40})\}\}/g;

/** How values are written in a body, by its media type. */
const ESCAPES: Readonly<Record<string, (value: string) => string>> = {
  'application/json': (value) => JSON.stringify(value).slice(1, -1),
  'application/x-www-form-urlencoded': encodeURIComponent,
  'text/plain': (value) => value,
};
const DEFAULT_TYPE = 'application/json';

/** The value of the header `content-type`; a body without one is JSON. */
export function contentTypeOf(headers: Readonly<Record<string, string>>): string {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return found?.[1] ?? DEFAULT_TYPE;
}

const mediaTypeOf = (contentType: string) => contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';

const fill = (template: string, message: AlertMessage, write: (value: string) => string): string =>
  template.replace(PLACEHOLDER, (_, name: string) =>
    write(PLACEHOLDERS[name]?.(message).toWellFormed() ?? ''),
  );

const startOfQuery = (url: string): number => (url.includes('?') ? url.indexOf('?') : url.length);

/** The request of a template. Placeholders in the address are filled in its query only. */
export function fillTemplate(
  { url, headers, body }: Pick<HttpChannel, 'url' | 'headers' | 'body'>,
  message: AlertMessage,
): { url: string; contentType: string; body: string } {
  const contentType = contentTypeOf(headers);
  const write = ESCAPES[mediaTypeOf(contentType)] ?? ((value: string) => value);
  const query = startOfQuery(url);
  return {
    url: url.slice(0, query) + fill(url.slice(query), message, encodeURIComponent),
    contentType,
    body: fill(body, message, write),
  };
}

const SAMPLE: AlertMessage = {
  kind: 'test',
  alertId: null,
  ruleId: '',
  ruleName: '"',
  type: 'endpoint_failing',
  subject: { type: 'endpoint', id: '', name: '"', userId: null },
  value: {},
  since: null,
  firedAt: null,
  endedAt: null,
  at: '',
  title: '"',
  text: '"',
  nextStep: null,
  link: null,
};

/** What is wrong with a template, before it is stored. */
export function findTemplateProblem(
  channel: Pick<HttpChannel, 'method' | 'url' | 'headers' | 'body'>,
): { field: 'url' | 'headers/content-type' | 'body'; message: string } | undefined {
  const type = mediaTypeOf(contentTypeOf(channel.headers));
  if (!Object.hasOwn(ESCAPES, type))
    return { field: 'headers/content-type', message: `must be one of ${Object.keys(ESCAPES).join(', ')}` };
  for (const field of ['url', 'body'] as const) {
    for (const [text, name = ''] of channel[field].matchAll(PLACEHOLDER)) {
      if (!Object.hasOwn(PLACEHOLDERS, name)) {
        const known = Object.keys(PLACEHOLDERS).map((each) => `{{${each}}}`);
        return { field, message: `has ${text}, which is unknown: there are ${known.join(', ')}` };
      }
    }
  }
  const [early] = channel.url.slice(0, startOfQuery(channel.url)).match(PLACEHOLDER) ?? [];
  if (early !== undefined)
    return {
      field: 'url',
      message: `has ${early} before its query: placeholders are filled in the query only`,
    };
  if (channel.method === 'GET')
    return channel.body === ''
      ? undefined
      : { field: 'body', message: 'must not be there: a request with GET has no body' };
  if (type === 'application/json' && !isJson(fillTemplate(channel, SAMPLE).body))
    return { field: 'body', message: 'must be JSON, with the placeholders within texts' };
  return undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
