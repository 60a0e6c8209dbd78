import { type FoundThing, type JourneyStep, parseDeliveryId, type ReceivedEvent } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { noteCall } from '../operations/command-calls.ts';
import { formatClock, formatTime } from '../output/format-time.ts';
import type { Paint } from '../terminal/paint.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';

export function registerJourney(command: Command, context: Context): void {
  noteCall(command, { operation: 'getJourney' });
  command
    .argument(
      '<id>',
      "an event, a delivery, the provider's id of its delivery, a request id, or anything else that leads to one event",
    )
    .option('--user-id <id>', 'operators: the tenant')
    .action(async (id: string) => {
      const { terminal } = context;
      const { userId }: { userId?: string } = command.opts();
      const query = userId === undefined ? {} : { userId };
      const gateway = context.gateway(command);
      const eventId = eventOf(id) ?? (await lookUpEvent(context.reader(command), id, query));
      const { data } = await gateway.call('getJourney', { params: { id: eventId }, query });
      if (context.options(command).json) terminal.out(`${safeJson(data)}\n`);
      else terminal.out(formatJourney(data, terminal.paintOut));
    });
}

/** The event that an id itself names. */
const eventOf = (id: string): string | undefined =>
  id.startsWith('evt_') ? id : parseDeliveryId(id)?.eventId;

/** Where the other things that a lookup finds are shown. */
const COMMANDS: Partial<Record<FoundThing['kind'], string>> = {
  endpoint: 'hookline endpoints get',
  source: 'hookline sources get',
  rejection: 'hookline diagnose',
  connection: 'hookline connections journey',
  replay: 'hookline replays get',
};

/** Asks the gateway for anything that the text leads to. @throws CliError unless it is one event */
async function lookUpEvent(gateway: Gateway, text: string, query: { userId?: string }): Promise<string> {
  const { data } = await gateway.call('lookUp', { query: { q: text, ...query } });
  const events = new Map(
    data.found.flatMap(({ id, title }) => {
      const event = eventOf(id);
      return event === undefined ? [] : [[event, title] as const];
    }),
  );
  const [only] = events.keys();
  if (only !== undefined && events.size === 1) return only;
  if (events.size > 1) {
    const lines = [...events].slice(0, 20).map(([id, title]) => `  ${safeLine(id)}  ${safeLine(title)}`);
    throw new CliError(
      EXIT.error,
      [`${events.size} events are found by ${safeLine(text)}:`, ...lines].join('\n'),
      {
        hint: 'Name one of them.',
      },
    );
  }
  const others = data.found.map(
    ({ kind, id, title }) => `  ${COMMANDS[kind] ?? kind} ${safeLine(id)}  ${safeLine(title)}`,
  );
  if (others.length > 0)
    throw new CliError(
      EXIT.error,
      [`${safeLine(text)} leads to no event, but to:`, ...others.slice(0, 20)].join('\n'),
    );
  const unsure = data.unanswered.length > 0 ? ` (${data.unanswered.join(' and ')} did not answer)` : '';
  throw new CliError(EXIT.error, `Nothing is found by ${safeLine(text)}${unsure}.`, {
    hint: 'A request that was refused has no event: see "hookline sources rejections".',
  });
}

export function formatJourney(
  { summary, event, steps }: { summary: string; event: ReceivedEvent; steps: readonly JourneyStep[] },
  paint: Paint,
): string {
  const head = `${paint('bold', safeLine(event.type))}  ${safeLine(event.id)}  ${safeLine(event.status)}`;
  const lines = steps.map(({ at, step, text, attempt }) => {
    const sign = SIGNS[step] ?? '·';
    const color = sign === '✓' ? 'green' : sign === '✗' ? 'red' : undefined;
    const answer = attempt === undefined ? '' : `  ${answerOf(attempt)}`;
    const line = `${sign} ${safeLine(text)}${answer}`;
    return `  ${paint('dim', formatClock(new Date(at)))}  ${color === undefined ? line : paint(color, line)}`;
  });
  return `${head}\n${safeLine(summary)}\n  ${paint('dim', formatTime(event.receivedAt))}\n${lines.join('\n')}\n`;
}

const SIGNS: Partial<Record<JourneyStep['step'], string>> = {
  forwarded: '→',
  delivered: '✓',
  dead: '✗',
  unmatched: '–',
  duplicate: '–',
};

function answerOf({ responseCode, durationMs, errorMessage }: NonNullable<JourneyStep['attempt']>): string {
  const status = responseCode === null ? '' : `${responseCode} `;
  return `(${status}${Math.round(durationMs)} ms${errorMessage === null ? '' : `, ${safeLine(errorMessage)}`})`;
}
