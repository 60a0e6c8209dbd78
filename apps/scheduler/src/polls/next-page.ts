import type { PollingPages } from '@hookline/providers';

/** An answer, as far as pages are concerned. */
interface PagedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly json: unknown;
}

/** More parameters than any provider's. */
const MAX_PARAMETERS = 20;
const MAX_TEXT_LENGTH = 2_000;

/**
 * The query parameters of the next page, undefined after the last page. Of a link only the query counts: a token never
 * goes to an address that an answer has chosen.
 */
export function nextPage(
  pages: PollingPages | undefined,
  { headers, json }: PagedAnswer,
): Readonly<Record<string, string>> | undefined {
  if (pages === undefined) return undefined;
  if ('by' in pages) return parametersOf(nextLink(headers['link'] ?? ''));
  const token = pointed(json, pages.tokenAt);
  return typeof token === 'string' && token !== '' && token.length <= MAX_TEXT_LENGTH
    ? { [pages.parameter]: token }
    : undefined;
}

/** The target of `<…>; rel="next"`. */
function nextLink(header: string): string | undefined {
  for (const link of header.slice(0, 10_000).split(',')) {
    const [target = '', ...parameters] = link.split(';');
    if (!parameters.some((parameter) => /^\s*rel="?next"?\s*$/.test(parameter))) continue;
    const url = target.trim();
    if (url.startsWith('<') && url.endsWith('>')) return url.slice(1, -1);
  }
  return undefined;
}

function parametersOf(link: string | undefined): Record<string, string> | undefined {
  if (link === undefined || link.length > MAX_TEXT_LENGTH || !URL.canParse(link, 'https://next.invalid')) {
    return undefined;
  }
  const parameters = [...new URL(link, 'https://next.invalid').searchParams].slice(0, MAX_PARAMETERS);
  return parameters.length === 0 ? undefined : Object.fromEntries(parameters);
}

function pointed(json: unknown, pointer: string): unknown {
  let value = json;
  for (const name of pointer.split('/').slice(1)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
