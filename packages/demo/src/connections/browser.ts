/** A page at which a browser ended. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

/** What a person does on a consent page. */
export interface Consent {
  /** The account to choose, as the page names it. */
  readonly account: string;
  readonly decision: 'approve' | 'deny';
}

const MAX_REDIRECTS = 10;
const TIMEOUT_MS = 30_000;

/**
 * A browser without a screen: it keeps cookies by origin, follows redirects and submits forms. It stops before the
 * address that starts with `stopAt`, where the application of the tenant would take over.
 */
export class Browser {
  readonly #stopAt: string;
  /** By origin, then by name. */
  readonly #cookies = new Map<string, Map<string, string>>();

  constructor(stopAt: string) {
    this.#stopAt = stopAt;
  }

  async open(url: string): Promise<Page> {
    return await this.#follow(url, {});
  }

  /** Decides on the consent page that is shown. @throws if the page has no form or no such account */
  async decide({ url, html }: Page, { account, decision }: Consent): Promise<Page> {
    const tags = tagsOf(html);
    const form = tags.find(({ tag }) => isTag(tag, 'form'));
    const action = form && attributeOf(form.tag, 'action');
    if (action === undefined) throw new Error(`${url} has no form: ${textOf(html)}`);
    const fields = new URLSearchParams({ decision });
    for (const { tag } of tags.filter((each) => isTag(each.tag, 'input'))) {
      const name = attributeOf(tag, 'name');
      const isWanted = attributeOf(tag, 'type') !== 'checkbox' || tag.includes(' checked');
      if (name !== undefined && isWanted) fields.append(name, attributeOf(tag, 'value') ?? '');
    }
    const options = tags.filter(({ tag }) => isTag(tag, 'option'));
    const chosen = options.find(({ text }) => unescapeHtml(text) === account);
    if (chosen === undefined) throw new Error(`${url} does not offer the account ${account}`);
    fields.set('account', attributeOf(chosen.tag, 'value') ?? '');
    return await this.#follow(new URL(action, url).href, { method: 'POST', body: fields });
  }

  async #follow(start: string, first: RequestInit): Promise<Page> {
    let url = start;
    let request = first;
    for (let hop = 0; hop < MAX_REDIRECTS; hop++) {
      if (url.startsWith(this.#stopAt)) return { url, status: 200, html: '' };
      const { origin } = new URL(url);
      const answer = await fetch(url, {
        ...request,
        redirect: 'manual',
        headers: { accept: 'text/html', ...this.#cookieHeader(origin) },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      this.#keepCookies(origin, answer.headers.getSetCookie());
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status > 399 || location === null) {
        return { url, status: answer.status, html: await answer.text() };
      }
      await answer.body?.cancel();
      url = new URL(location, url).href;
      // A browser follows 302 and 303 with GET.
      request = {};
    }
    throw new Error(`more than ${MAX_REDIRECTS} redirects after ${new URL(start).origin}`);
  }

  #cookieHeader(origin: string): Record<string, string> {
    const cookies = [...(this.#cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`);
    return cookies.length === 0 ? {} : { cookie: cookies.join('; ') };
  }

  #keepCookies(origin: string, headers: readonly string[]): void {
    const cookies = this.#cookies.get(origin) ?? new Map<string, string>();
    for (const header of headers) {
      const [pair = '', ...attributes] = header.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      if (attributes.some((attribute) => attribute.toLowerCase() === 'max-age=0')) cookies.delete(name);
      else cookies.set(name, value);
    }
    this.#cookies.set(origin, cookies);
  }
}

/** A tag without its brackets, and the text up to the next tag. */
interface Tag {
  tag: string;
  text: string;
}

/** The tags of a page of the emulated providers, which have no `<` or `>` in attributes. */
function tagsOf(html: string): Tag[] {
  const [, ...parts] = html.split('<');
  return parts.map((part) => {
    const end = part.indexOf('>');
    return { tag: part.slice(0, end), text: part.slice(end + 1) };
  });
}

const isTag = (tag: string, name: string) => tag === name || tag.startsWith(`${name} `);

function attributeOf(tag: string, name: string): string | undefined {
  const [, rest] = tag.split(` ${name}="`, 2);
  const value = rest?.slice(0, rest.indexOf('"'));
  return value === undefined ? undefined : unescapeHtml(value);
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

/** The text of a page, for an error. */
function textOf(html: string): string {
  const texts = tagsOf(html).filter(({ tag }) => !isTag(tag, 'style'));
  return texts
    .map(({ text }) => text.trim())
    .join(' ')
    .slice(0, 300);
}
