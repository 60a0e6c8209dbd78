import type { OperationName } from '@hookline/client';
import { operations } from '@hookline/contracts';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { addOperation, type OperationRequest, type OperationShape } from '../operations/operation-request.ts';
import { printAnswer } from '../output/print-answer.ts';
import { type Column, formatRows, formatTable } from '../output/table.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import { addBulk } from './bulk-command.ts';
import { readCount } from './read-count.ts';
import type { Resource } from './resources.ts';

type Row = Record<string, unknown>;
type Options = Readonly<Record<string, unknown>>;

/** `hookline <resource>` lists; `hookline <resource> <verb>` calls the verb's operation. */
export function addResource(command: Command, resource: Resource, context: Context): void {
  const { list, columns, verbs, bulk = {} } = resource;
  addList(command, list, columns, context);
  for (const [verb, name] of Object.entries(verbs)) {
    const sub = command.command(verb).description(operations[name].summary);
    if (isList(name)) addList(sub, name, undefined, context);
    else addCall(sub, name, context);
  }
  for (const [verb, each] of Object.entries(bulk))
    addBulk(command.command(verb).description(each.summary), each, context);
}

/** A command that calls one operation and prints its answer. */
export function addCall(command: Command, name: OperationName, context: Context): void {
  const toRequest = addOperation(command, shapeOf(name));
  command.action(async (...args: unknown[]) => {
    const gateway = context.gateway(command);
    const answer = await call(gateway, name, toRequest(args, command.opts()));
    printAnswer(answer, context.terminal, context.options(command));
  });
}

const DEFAULT_ROWS = 25;
/** Items that are asked for at once. */
const PAGE = 100;

function addList(
  command: Command,
  name: OperationName,
  columns: readonly Column<Row>[] | undefined,
  context: Context,
): void {
  const toRequest = addOperation(command, shapeOf(name));
  command
    .option('--limit <n>', `how many to list (default ${DEFAULT_ROWS})`, readCount)
    .option('--all', 'list all of them')
    .option('--cursor <cursor>', 'continue where an earlier list ended')
    .action(async (...args: unknown[]) => {
      const options: Options = command.opts();
      const { terminal } = context;
      const isJson = context.options(command).json === true;
      const limit =
        options['all'] === true ? Number.POSITIVE_INFINITY : ((options['limit'] as number) ?? DEFAULT_ROWS);
      const request = toRequest(args, options);
      const gateway = context.gateway(command);
      let listed = 0;
      let cursor = options['cursor'] as string | undefined;
      for (;;) {
        const page = await readPage(gateway, name, request, Math.min(PAGE, limit - listed), cursor);
        if (isJson) for (const row of page.rows) terminal.out(`${safeJson(row)}\n`);
        else if (columns === undefined) for (const row of page.rows) printAnswer({ data: row }, terminal, {});
        else if (!terminal.outIsTty) terminal.out(formatRows(columns, page.rows));
        else if (page.rows.length > 0)
          terminal.out(formatTable(columns, page.rows, terminal.size().columns, terminal.paintOut));
        listed += page.rows.length;
        cursor = page.nextCursor;
        if (cursor === undefined || listed >= limit) break;
      }
      if (listed === 0) terminal.err('There are none, or none match.\n');
      else if (cursor !== undefined)
        terminal.err(`There are more: add --all, or --cursor ${safeLine(cursor)}\n`);
    });
}

interface ListPage {
  rows: readonly Row[];
  nextCursor: string | undefined;
}

async function readPage(
  gateway: Gateway,
  name: OperationName,
  request: OperationRequest,
  limit: number,
  cursor: string | undefined,
): Promise<ListPage> {
  const query = { ...request.query, limit, ...(cursor === undefined ? {} : { cursor }) };
  const answer = (await call(gateway, name, { ...request, query })) as {
    data: readonly Row[];
    page?: { nextCursor: string | null };
  };
  return { rows: answer.data, nextCursor: answer.page?.nextCursor ?? undefined };
}

/** The names of operations and their requests come from the same table, which the compiler does not know here. */
const call = (gateway: Gateway, name: OperationName, request: OperationRequest): Promise<unknown> =>
  (gateway.call as unknown as (name: OperationName, request: OperationRequest) => Promise<unknown>)(
    name,
    request,
  );

const shapeOf = (name: OperationName) => operations[name] as unknown as OperationShape;

/** Whether an operation answers page by page. */
const isList = (name: OperationName): boolean => {
  const { query } = shapeOf(name);
  return query?.properties?.['cursor'] !== undefined && query.properties['limit'] !== undefined;
};
