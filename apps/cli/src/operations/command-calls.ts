import type { Command } from 'commander';
import type { Field } from './describe-schema.ts';

/** The call of the API that a command makes. The command's arguments are the parameters of the path. */
export interface CommandCall {
  /** The name of the operation. */
  operation: string;
  /** The fields of its query and body, each with an option of its name. */
  fields: readonly Field[];
  /** Whether `--data` takes the whole body. */
  takesBody: boolean;
  /** What the command itself puts into the body. */
  sets?: Readonly<Record<string, string>>;
  /** The field of the body whose own fields the options are. */
  within?: string;
}

const calls = new WeakMap<Command, CommandCall>();

/** Notes what a command calls: the reference of the API shows the command beside the call. */
export function noteCall(
  command: Command,
  call: Pick<CommandCall, 'operation'> & Partial<CommandCall>,
): void {
  calls.set(command, { fields: [], takesBody: false, ...call });
}

export const callOf = (command: Command): CommandCall | undefined => calls.get(command);
