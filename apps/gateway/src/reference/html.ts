/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | undefined | readonly (Html | string)[];

/** A template whose values are escaped, unless they are HTML. Absent values are left out. */
export function html(strings: TemplateStringsArray, ...values: Part[]): Html {
  let text = strings[0] ?? '';
  for (const [index, value] of values.entries()) text += partText(value) + (strings[index + 1] ?? '');
  return new Html(text);
}

function partText(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  return Array.isArray(part) ? part.map(partText).join('') : escapeHtml(String(part));
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text of elements and for quoted attributes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ESCAPES[one] ?? one);

/** Paragraphs, separated by empty lines, with `code` between backticks. */
export function paragraphs(text: string | undefined): Html {
  if (text === undefined || text === '') return html``;
  return new Html(
    text
      .split('\n\n')
      .map((each) => `<p>${inline(each).text}</p>`)
      .join(''),
  );
}

/** A line of text, with `code` between backticks. */
export function inline(text: string): Html {
  const parts = text.split('`');
  // An odd number of backticks: the last one is only a character.
  const pairs = parts.length % 2 === 0 ? [...parts.slice(0, -2), parts.slice(-2).join('`')] : parts;
  return new Html(
    pairs
      .map((each, index) => (index % 2 === 1 ? `<code>${escapeHtml(each)}</code>` : escapeHtml(each)))
      .join(''),
  );
}
