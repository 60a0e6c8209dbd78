import { quoteForShell } from './quote-for-shell.ts';

/**
 * How a call is made with `hookline`, as the CLI describes its own commands. The arguments are the parameters of the path.
 */
export interface CliCall {
  /** `hookline endpoints create` */
  readonly command: string;
  /** The option of each field of the query and body. */
  readonly options: Readonly<Record<string, { readonly flag: string; readonly kind: string }>>;
  /** Whether `--data` takes the whole body as JSON. */
  readonly takesBody: boolean;
  /** What the command itself puts into the body. */
  readonly sets?: Readonly<Record<string, string>>;
  /** The field of the body whose own fields the options are. */
  readonly within?: string;
}

/** By the names of the operations. An operation that no command calls has none. */
export type CliCalls = Readonly<Record<string, CliCall>>;

/** The parts of a call that differ from one to the next. */
export interface CallParts {
  /** The values of the parameters of the path, in its order. */
  params: readonly string[];
  query: readonly (readonly [name: string, value: unknown])[];
  body: unknown;
}

/**
 * The call with the command line of Hookline.
 * @returns undefined if the command cannot make it
 */
export function cliCommand(
  { command, options, takesBody, sets = {}, within }: CliCall,
  { params, query, body }: CallParts,
): string | undefined {
  const words = [command, ...params.map(quoteForShell)].join(' ');
  const members = fieldsOf(body);
  if (Object.entries(sets).some(([name, value]) => members[name] !== value)) return undefined;
  const fields = Object.entries(members)
    .filter(([name]) => sets[name] === undefined)
    .flatMap(([name, value]) =>
      name === within ? Object.entries(fieldsOf(value)) : [[name, value] as const],
    );
  const hasOption = ([name]: readonly [string, unknown]) => options[name] !== undefined;
  const isWhole = !fields.every(hasOption);
  if (!query.every(hasOption) || (isWhole && !takesBody)) return undefined;
  const given = isWhole ? query : [...query, ...fields];
  return [
    words,
    ...given.flatMap(([name, value]) => optionsOf(options[name], value)),
    ...(isWhole ? [`--data ${quoteForShell(JSON.stringify(body))}`] : []),
  ].join(' \\\n  ');
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** An option with its value; several times for a list of texts. */
function optionsOf(option: CliCall['options'][string] | undefined, value: unknown): string[] {
  if (option === undefined) return [];
  const { flag, kind } = option;
  if (kind === 'json') return [`${flag} ${quoteForShell(JSON.stringify(value))}`];
  const values = kind === 'texts' && Array.isArray(value) ? value : [value];
  return values.map((each) => `${flag} ${quoteForShell(String(each))}`);
}

/**
 * The call with curl. The address and the key come from the environment.
 * @param path with its parameters filled in, and with its query
 */
export function curlCommand(method: string, path: string, body: unknown): string {
  const lines = [
    `curl ${method === 'GET' ? '' : `-X ${method} `}"$HOOKLINE_URL${path}"`,
    '-H "Authorization: Bearer $HOOKLINE_KEY"',
  ];
  if (body !== undefined)
    lines.push("-H 'Content-Type: application/json'", `-d ${quoteForShell(JSON.stringify(body))}`);
  return lines.join(' \\\n  ');
}
