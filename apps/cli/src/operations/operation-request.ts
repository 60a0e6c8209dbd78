import { Argument, type Command, Option } from 'commander';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { noteCall } from './command-calls.ts';
import { type Field, fieldsOf, type Schema } from './describe-schema.ts';
import { toKebabCase } from './kebab-case.ts';
import { NULL, readJson, readValue } from './read-value.ts';

/** The parts of an operation that the command line needs. */
export interface OperationShape {
  /** Absent: it is a part of a call, which the command notes itself. */
  id?: string;
  path: string;
  query?: Schema;
  body?: Schema;
}

export interface OperationRequest {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
}

/** Options that lists handle themselves, page by page. */
const PAGING = ['limit', 'cursor', 'offset'];
const DATA = 'data';

/**
 * Gives a command the arguments and options of an operation: an argument for each part of the path, an option for
 * each query parameter and for each field of the body.
 * @param skip names that the command handles itself
 * @returns what builds the request from the arguments and options that were given
 */
export function addOperation(
  command: Command,
  operation: OperationShape,
  { skip = [] }: { skip?: readonly string[] } = {},
): (args: readonly unknown[], options: Readonly<Record<string, unknown>>) => OperationRequest {
  const left = new Set([...PAGING, ...skip]);
  const params = [...operation.path.matchAll(/:(\w+)/g)].map((match) => match[1] as string);
  for (const name of params) command.addArgument(new Argument(`<${toKebabCase(name)}>`));
  const query = fieldsOf(operation.query).filter(({ name }) => !left.has(name));
  const body = fieldsOf(operation.body).filter(({ name }) => !left.has(name));
  for (const field of query) command.addOption(toOption(field));
  // A tenant is named in the query or in the body, never in both.
  const inBody = body.filter(({ name }) => !query.some((field) => field.name === name));
  for (const field of inBody) command.addOption(toOption(field));
  // `publishEvent` has a field of this name.
  const takesBody = operation.body !== undefined && !body.some(({ name }) => name === DATA);
  if (takesBody) {
    command.addOption(
      new Option(`--${DATA} <json>`, 'the body as JSON, or @file; options are set in it').argParser(readJson),
    );
  }
  if (operation.id !== undefined)
    noteCall(command, { operation: operation.id, fields: [...query, ...inBody], takesBody });
  return (args, options) => ({
    ...(params.length === 0
      ? {}
      : { params: Object.fromEntries(params.map((name, index) => [name, String(args[index])])) }),
    ...(query.length === 0 ? {} : { query: pick(query, options) }),
    ...(operation.body === undefined ? {} : { body: toBody(inBody, options) }),
  });
}

function toBody(fields: readonly Field[], options: Readonly<Record<string, unknown>>): unknown {
  const given = fields.some(({ name }) => name === DATA) ? undefined : options[DATA];
  const values = pick(fields, options);
  if (given === undefined) {
    const missing = fields.filter(({ name, isRequired }) => isRequired && !(name in values));
    if (missing.length > 0) {
      const names = missing.map(({ name }) => `--${toKebabCase(name)}`);
      throw new CliError(EXIT.usage, `Missing: ${names.join(', ')}.`);
    }
    return values;
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new CliError(EXIT.usage, `--${DATA} must be a JSON object.`);
  return { ...given, ...values };
}

function pick(fields: readonly Field[], options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .filter(({ name }) => options[name] !== undefined)
      .map(({ name }) => [name, options[name] === NULL ? null : options[name]]),
  );
}

function toOption(field: Field): Option {
  const { kind, description = '' } = field;
  const flag = `--${toKebabCase(field.name)}`;
  const text = oneLine(description, kind.kind === 'texts' ? 'may be given several times' : undefined);
  const option = new Option(
    kind.kind === 'boolean' ? `${flag} [bool]` : `${flag} <${valueName(field)}>`,
    text,
  ).argParser((value, before) => readValue(field, value, before));
  if (kind.kind === 'choice') {
    option.choices(kind.choices);
    option.argParser((value) => readValue(field, value));
  }
  return option;
}

function valueName({ name, kind }: Field): string {
  if (kind.kind === 'number') return 'n';
  if (kind.kind === 'json') return 'json';
  if (name.endsWith('Date')) return 'time';
  if (name.endsWith('Id')) return 'id';
  return kind.kind === 'choice' ? toKebabCase(name) : 'text';
}

/** The first sentence of a description, without its markup. */
function oneLine(description: string, note: string | undefined): string {
  const [sentence = ''] = description.split(/\. |\.$/, 1);
  const text = sentence.replaceAll('`', '');
  return [text, ...(note === undefined ? [] : [note])].filter((part) => part !== '').join('; ');
}
