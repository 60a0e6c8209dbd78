import type { JsonTemplate, RequestTemplate } from './request-template.ts';

/** The values of placeholders by name. A list may stand only where a text of a JSON body is one placeholder. */
export type TemplateValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request whose placeholders have values. */
export interface FilledRequest {
  readonly method: RequestTemplate['method'];
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A placeholder of an address or of the authorization has no value, or one that cannot be a part of a path. */
export class MissingValueError extends Error {
  override readonly name = 'MissingValueError';
  readonly code = 'missing_value';
  readonly placeholder: string;

  constructor(placeholder: string, problem = 'has no value') {
    super(`the placeholder {${placeholder}} ${problem}`);
    this.placeholder = placeholder;
  }
}

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

/**
 * Fills a template. In the address each value is percent-encoded. A parameter of the query or of a form, a header and a
 * member of a JSON body are omitted if one of their placeholders has no value.
 * @param origins other origins to call, by the origin in the template: `{"https://api.github.com": "https://ghe.corp/api"}`.
 * The new origin may have a path, which then precedes the path of the template.
 * @throws MissingValueError
 */
export function fillRequest(
  template: RequestTemplate,
  values: TemplateValues,
  origins: Readonly<Record<string, string>> = {},
): FilledRequest {
  const query = new URLSearchParams(fillRecord(template.query ?? {}, values));
  const address = replaceOrigin(fillAddress(template.url, values), origins);
  const url = query.size === 0 ? address : `${address}?${query}`;
  const headers = fillRecord(template.headers ?? {}, values);
  const authorization = authorizationOf(template, values);
  if (authorization !== undefined) headers['authorization'] = authorization;
  const { body } = template;
  if (body === undefined) return { method: template.method, url, headers };
  if ('form' in body) {
    headers['content-type'] = 'application/x-www-form-urlencoded';
    return {
      method: template.method,
      url,
      headers,
      body: new URLSearchParams(fillRecord(body.form, values)).toString(),
    };
  }
  headers['content-type'] = 'application/json';
  return { method: template.method, url, headers, body: JSON.stringify(fillJson(body.json, values) ?? {}) };
}

function authorizationOf({ authorization }: RequestTemplate, values: TemplateValues): string | undefined {
  if (authorization === 'bearer') return `Bearer ${requiredText('accessToken', values)}`;
  if (authorization === 'none') return undefined;
  const [id, secret] = [requiredText('clientId', values), requiredText('clientSecret', values)];
  return `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`;
}

/** The address with the origin that stands for its own, see `fillRequest`. */
export function replaceOrigin(address: string, origins: Readonly<Record<string, string>>): string {
  const { origin } = new URL(address);
  const other = Object.hasOwn(origins, origin) ? origins[origin] : undefined;
  return other === undefined ? address : other.replace(/\/$/, '') + address.slice(origin.length);
}

function fillAddress(template: string, values: TemplateValues): string {
  return template.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = requiredText(name, values);
    // Dots cannot be encoded: a parser of URLs reads %2E as a dot, and would leave the folder.
    if (value === '.' || value === '..') throw new MissingValueError(name, 'must not be a relative path');
    return encodeURIComponent(value.toWellFormed());
  });
}

function requiredText(name: string, values: TemplateValues): string {
  const value = textOf(name, values);
  if (value === undefined || value === '') throw new MissingValueError(name);
  return value;
}

function textOf(name: string, values: TemplateValues): string | undefined {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value !== undefined && typeof value !== 'string')
    throw new MissingValueError(name, 'is a list, and its place takes a text');
  return value;
}

/** @returns undefined if one of the placeholders has no value */
function fillText(template: string, values: TemplateValues): string | undefined {
  let isComplete = true;
  const text = template.replaceAll(PLACEHOLDER, (_, name: string) => {
    const value = textOf(name, values);
    if (value === undefined) isComplete = false;
    return value ?? '';
  });
  return isComplete ? text : undefined;
}

function fillRecord(
  templates: Readonly<Record<string, string>>,
  values: TemplateValues,
): Record<string, string> {
  const filled: Record<string, string> = {};
  for (const [name, template] of Object.entries(templates)) {
    const text = fillText(template, values);
    if (text !== undefined) filled[name] = text;
  }
  return filled;
}

/** The depth is that of the template, which is part of the program. */
function fillJson(template: JsonTemplate, values: TemplateValues): unknown {
  if (typeof template === 'string') {
    const name = /^\{([A-Za-z]+)\}$/.exec(template)?.[1];
    const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
    return typeof value === 'object' ? value : fillText(template, values);
  }
  if (typeof template !== 'object') return template;
  if (isList(template)) {
    return template.map((item) => fillJson(item, values)).filter((item) => item !== undefined);
  }
  const members = Object.entries(template).map(([name, value]) => [name, fillJson(value, values)] as const);
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function isList(template: JsonTemplate): template is readonly JsonTemplate[] {
  return Array.isArray(template);
}
