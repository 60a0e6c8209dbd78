import { readFileSync } from 'node:fs';
import type { Diagnosis } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Paint } from '../terminal/paint.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';

const MAX_PASTED_BYTES = 1_500_000;

export function registerDiagnose(command: Command, context: Context): void {
  command
    .argument('[file]', 'a file with the request, or the id of a rejection (rej_…); default: stdin')
    .option('--source <id>', 'the source that the request is for (default: the one whose address it has)')
    .option('--received-at <time>', 'when it was received, to check the age of its signature')
    .option('--user-id <id>', 'operators: the tenant')
    .addHelpText(
      'after',
      `
The request is a curl command or the text of an HTTP request (request line, headers, empty line, body):
  hookline diagnose < request.txt
  pbpaste | hookline diagnose
Nothing is stored, and nothing is sent on. The exit code is 1 if the request is not accepted.`,
    )
    .action(
      context.act(async (file: string | undefined) => {
        const { terminal } = context;
        const flags: { source?: string; receivedAt?: string; userId?: string } = command.opts();
        const gateway = context.gateway(command);
        const query = flags.userId === undefined ? {} : { userId: flags.userId };
        const pasted = file?.startsWith('rej_') ? undefined : await readPasted(file, context);
        const source = flags.source ?? (await findSource(context.reader(command), pasted, file, query));
        const { data } = await gateway.call('diagnoseSource', {
          params: { id: source },
          query,
          body: {
            ...(pasted === undefined ? { rejectionId: file as string } : toBody(pasted)),
            ...(flags.receivedAt === undefined ? {} : { receivedAt: flags.receivedAt }),
          },
        });
        if (context.options(command).json) terminal.out(`${safeJson(data)}\n`);
        else terminal.out(formatDiagnosis(data, terminal.paintOut));
        return data.accepted ? EXIT.ok : EXIT.error;
      }),
    );
}

async function readPasted(file: string | undefined, { terminal }: Context): Promise<string> {
  if (file !== undefined && file !== '-') {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw new CliError(EXIT.usage, `${file} cannot be read: ${(error as Error).message}`);
    }
  }
  if (terminal.isInteractive) terminal.err('Paste the request, then press Ctrl-D on a new line:\n');
  const text = (await terminal.readInput(MAX_PASTED_BYTES)).toString('utf8');
  if (text.trim() === '') throw new CliError(EXIT.usage, 'There is no request on stdin.');
  return text;
}

const toBody = (text: string) =>
  /^\s*curl\s/.test(text) ? { curl: text.trim() } : { raw: text.replace(/^\s+/, '') };

/** The source whose address is in the text, or that of a rejection. */
async function findSource(
  gateway: Gateway,
  pasted: string | undefined,
  rejectionId: string | undefined,
  query: { userId?: string },
): Promise<string> {
  if (pasted === undefined) {
    const { data } = await gateway.call('listRejections', { query: { ...query, limit: 1_000 } });
    const sourceId = data.find(({ id }) => id === rejectionId)?.sourceId;
    if (sourceId) return sourceId;
    throw new CliError(
      EXIT.usage,
      `${rejectionId} is not among the last 1,000 rejections of a source: name its --source.`,
    );
  }
  let cursor: string | undefined;
  do {
    const { data, page } = await gateway.call('listSources', {
      query: { ...query, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) },
    });
    const found = data.find(({ url }) => pasted.includes(new URL(url).pathname));
    if (found !== undefined) return found.id;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  throw new CliError(EXIT.usage, 'The request has no address of a source: name the source with --source.', {
    hint: 'List them with "hookline sources".',
  });
}

function formatDiagnosis({ accepted, steps, hint, wouldMatch, events }: Diagnosis, paint: Paint): string {
  const lines = steps.map(({ step, ok, detail }) => {
    const sign = ok === null ? paint('dim', '–') : ok ? paint('green', '✓') : paint('red', '✗');
    return `${sign} ${step.padEnd(9)}  ${safeLine(detail)}`;
  });
  lines.push(
    '',
    accepted ? paint('green', 'The request is accepted.') : paint('red', 'The request is not accepted.'),
  );
  if (hint !== null) lines.push(safeLine(hint));
  if (wouldMatch !== null) lines.push(safeLine(wouldMatch));
  for (const { type, source, subject } of events)
    lines.push(
      `It becomes ${safeLine(type)} from ${safeLine(source)}${subject === undefined ? '' : ` about ${safeLine(subject)}`}.`,
    );
  return `${lines.join('\n')}\n`;
}
