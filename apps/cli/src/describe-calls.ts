import type { Command } from 'commander';
import { callOf } from './operations/command-calls.ts';
import type { FieldKind } from './operations/describe-schema.ts';
import { toKebabCase } from './operations/kebab-case.ts';

/** How a call of the API is made on the command line. The arguments are the parameters of its path. */
export interface DescribedCall {
  /** `hookline endpoints create` */
  command: string;
  /** The option of each field of the query and body. */
  options: Readonly<Record<string, { flag: string; kind: FieldKind['kind'] }>>;
  /** Whether `--data` takes the whole body as JSON. */
  takesBody: boolean;
  /** What the command itself puts into the body. */
  sets?: Readonly<Record<string, string>>;
  /** The field of the body whose own fields the options are. */
  within?: string;
}

/** The first command for each operation, by the names of the operations. */
export function describeCalls(program: Command): Record<string, DescribedCall> {
  const described: Record<string, DescribedCall> = {};
  const visit = (command: Command, names: readonly string[]): void => {
    const call = callOf(command);
    if (call !== undefined && described[call.operation] === undefined)
      described[call.operation] = {
        command: names.join(' '),
        options: Object.fromEntries(
          call.fields.map(({ name, kind }) => [name, { flag: `--${toKebabCase(name)}`, kind: kind.kind }]),
        ),
        takesBody: call.takesBody,
        ...(call.sets === undefined ? {} : { sets: call.sets }),
        ...(call.within === undefined ? {} : { within: call.within }),
      };
    for (const sub of command.commands) visit(sub, [...names, sub.name()]);
  };
  visit(program, [program.name()]);
  return described;
}
