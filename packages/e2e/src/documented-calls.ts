/** A line of `curl` in a document. */
export interface DocumentedCall {
  /** As the document has it. */
  readonly text: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const WORD = /'([^']*)'|"((?:[^"\\]|\\.)*)"|(\S+)/g;

/**
 * The calls in the blocks of shell code of a document, in its order. Variables such as `$KEY` are replaced, in double
 * quotation marks and outside of any.
 * @throws Error for an option of curl that this does not know, and for a variable without a value
 */
export function readDocumentedCalls(
  markdown: string,
  variables: Readonly<Record<string, string>>,
): DocumentedCall[] {
  return `\n${markdown}`
    .split('\n```')
    .filter((block) => block.startsWith('sh\n'))
    .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
    .filter((line) => line.startsWith('curl '))
    .map((line) => readCall(line, variables));
}

function readCall(line: string, variables: Readonly<Record<string, string>>): DocumentedCall {
  const expand = (text: string) =>
    text.replaceAll(/\$([A-Z_]+)/g, (_, name: string) => {
      const value = variables[name];
      if (value === undefined) throw new Error(`$${name} has no value: ${line}`);
      return value;
    });
  const words = [...line.matchAll(WORD)]
    .map(([, literal, quoted, plain]) => literal ?? expand(quoted ?? plain ?? ''))
    .slice(1);
  const headers: Record<string, string> = {};
  let [method, url, body]: [string | undefined, string, string | undefined] = [undefined, '', undefined];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (word === '-X') method = words[++at];
    else if (word === '-d') body = words[++at];
    else if (word === '-H') {
      const [name = '', value = ''] = (words[++at] ?? '').split(/: (.*)/s, 2);
      headers[name.toLowerCase()] = value;
    } else if (word.startsWith('-')) throw new Error(`an option that is not known, ${word}: ${line}`);
    else url = word;
  }
  return { text: line, method: method ?? (body === undefined ? 'GET' : 'POST'), url, headers, body };
}

/** The calls that the sentences of a document name, such as `POST /api/connections/:id/poll`, each once. */
export function readNamedCalls(markdown: string): { method: string; path: string }[] {
  const calls = [...markdown.matchAll(/`(GET|POST|PATCH|PUT|DELETE) (\/api\/[^`]*)`/g)].map(
    ([, method = '', path = '']): [string, { method: string; path: string }] => [
      `${method} ${path}`,
      { method, path },
    ],
  );
  return [...new Map(calls).values()];
}
