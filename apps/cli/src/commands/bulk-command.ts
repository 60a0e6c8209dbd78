import { operations } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { noteCall } from '../operations/command-calls.ts';
import { fieldsOf, type Schema } from '../operations/describe-schema.ts';
import { addOperation } from '../operations/operation-request.ts';
import { printAnswer } from '../output/print-answer.ts';
import { safeLine } from '../terminal/safe-text.ts';
import { readCount } from './read-count.ts';

/** A verb that changes everything that its options select. */
export interface BulkVerb {
  operation:
    | 'bulkDeliveries'
    | 'bulkDeadLetters'
    | 'bulkEvents'
    | 'bulkEndpoints'
    | 'bulkParkedKeys'
    | 'bulkConnections'
    | 'createReplay';
  action: string;
  /** What it changes: one, and several of them. */
  things: readonly [one: string, several: string];
  /** What it does, for the help. */
  summary: string;
  /** For a replay: what its `selection` has besides the options. */
  selection?: Readonly<Record<string, string>>;
}

/** What both answers of a bulk call have. */
type Answer = Readonly<
  { dryRun: true; total: number; totalExact: boolean; wouldChange?: number } | { dryRun?: never; id: string }
>;

/** The command that shows what each operation has made. */
const showCommand = ({ operation }: BulkVerb): string =>
  operation === 'createReplay'
    ? 'replays get'
    : operation === 'bulkConnections'
      ? 'connections bulk-job'
      : 'bulk-jobs get';

/**
 * Adds the options of a bulk call: the fields of its filter, and what it takes besides. On a terminal the command asks
 * first and says how much it would change. Elsewhere it needs `--yes`.
 */
export function addBulk(command: Command, verb: BulkVerb, context: Context): void {
  const { selection } = verb;
  const member = selection === undefined ? 'filter' : 'selection';
  const { [member]: filter, ...rest } =
    (operations[verb.operation].body as unknown as Schema).properties ?? {};
  const query = (properties: Schema['properties'] = {}) => ({ path: '', query: { properties } });
  const toFilter = addOperation(command, query(filter?.properties), { skip: Object.keys(selection ?? {}) });
  const toHow = addOperation(command, query(rest), { skip: ['action', 'expectedCount'] });
  // The reference shows `replays create` beside the call for replays.
  if (selection === undefined) {
    noteCall(command, {
      operation: verb.operation,
      fields: fieldsOf(filter),
      sets: { action: verb.action },
      within: member,
    });
  }
  if (rest['limit'] !== undefined) command.option('--limit <n>', 'change at most so many', readCount);
  command.option('-y, --yes', 'do not ask').action(async (...args: unknown[]) => {
    const { terminal } = context;
    const options: { limit?: number; yes?: boolean } = command.opts();
    const how = toHow(args, options as Record<string, unknown>).query ?? {};
    const body = {
      ...(selection === undefined ? { action: verb.action } : {}),
      [member]: { ...selection, ...toFilter(args, options as Record<string, unknown>).query },
      ...how,
      ...(options.limit === undefined ? {} : { limit: options.limit }),
    };
    const gateway = context.gateway(command);
    const call = async (more: object): Promise<{ data: Answer }> =>
      (await gateway.call(verb.operation, { body: { ...body, ...more } as never })) as { data: Answer };
    const globals = context.options(command);
    const isAsked = how['dryRun'] !== true && options.yes !== true && globals.curl !== true;
    let guard: { expectedCount?: number } = {};
    if (isAsked) {
      if (!terminal.isInteractive) {
        throw new CliError(EXIT.usage, `This would ${verb.action} all ${verb.things[1]} that match.`, {
          hint: 'Count them with --dry-run, then add --yes.',
        });
      }
      const preview = (await call({ dryRun: true })).data;
      if (!preview.dryRun) throw new Error('a dry run was answered with a job');
      if (countOf(preview) === 0) {
        terminal.err('There is nothing to change.\n');
        return;
      }
      const answer = await terminal.ask(`${question(verb, preview)} [y/N] `);
      if (!/^y(es)?$/i.test(answer.trim())) {
        terminal.err('Nothing was changed.\n');
        return;
      }
      if (preview.totalExact) guard = { expectedCount: preview.total };
    }
    const made = await call(guard);
    printAnswer(made, terminal, globals);
    if (!made.data.dryRun && globals.json !== true)
      terminal.err(`"hookline ${showCommand(verb)} ${safeLine(made.data.id)}" shows the progress.\n`);
  });
}

type Preview = Extract<Answer, { dryRun: true }>;

const countOf = ({ total, wouldChange = total }: Preview): number => wouldChange;

function question({ action, things }: BulkVerb, preview: Preview): string {
  const count = countOf(preview);
  const verb = `${action.charAt(0).toUpperCase()}${action.slice(1)}`;
  return `${verb} ${preview.totalExact ? '' : 'at least '}${count} ${count === 1 ? things[0] : things[1]}?`;
}
