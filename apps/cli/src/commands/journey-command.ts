import { type JourneyStep, parseDeliveryId, type ReceivedEvent } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { formatClock, formatTime } from '../output/format-time.ts';
import type { Paint } from '../terminal/paint.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';

export function registerJourney(command: Command, context: Context): void {
  command
    .argument('<id>', "an event, a delivery, or the provider's id of its delivery")
    .option('--user-id <id>', 'operators: the tenant')
    .action(async (id: string) => {
      const { terminal } = context;
      const { userId }: { userId?: string } = command.opts();
      const gateway = context.gateway(command);
      const eventId = await findEventId(gateway, id, userId);
      const { data } = await gateway.call('getJourney', {
        params: { id: eventId },
        query: userId === undefined ? {} : { userId },
      });
      if (context.options(command).json) terminal.out(`${safeJson(data)}\n`);
      else terminal.out(formatJourney(data, terminal.paintOut));
    });
}

/** The event that an id leads to. */
async function findEventId(gateway: Gateway, id: string, userId: string | undefined): Promise<string> {
  if (id.startsWith('evt_')) return id;
  const delivery = parseDeliveryId(id);
  if (delivery !== undefined) return delivery.eventId;
  const { data } = await gateway.call('listEvents', {
    query: { providerDeliveryId: id, limit: 2, ...(userId === undefined ? {} : { userId }) },
  });
  const [first, second] = data;
  if (first === undefined)
    throw new CliError(EXIT.error, `No event is known by ${safeLine(id)}.`, {
      hint: 'A request that was refused has no event: see "hookline sources rejections".',
    });
  if (second !== undefined)
    throw new CliError(EXIT.error, `Several events have the delivery id ${safeLine(id)}.`, {
      hint: `List them with "hookline events --provider-delivery-id ${safeLine(id)}".`,
    });
  return first.id;
}

export function formatJourney(
  { event, steps }: { event: ReceivedEvent; steps: readonly JourneyStep[] },
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
  return `${head}\n  ${paint('dim', formatTime(event.receivedAt))}\n${lines.join('\n')}\n`;
}

const SIGNS: Partial<Record<JourneyStep['step'], string>> = {
  delivered: '✓',
  dead: '✗',
  unmatched: '–',
  duplicate: '–',
};

function answerOf({ responseCode, durationMs, errorMessage }: NonNullable<JourneyStep['attempt']>): string {
  const status = responseCode === null ? '' : `${responseCode} `;
  return `(${status}${Math.round(durationMs)} ms${errorMessage === null ? '' : `, ${safeLine(errorMessage)}`})`;
}
