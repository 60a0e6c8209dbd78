import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { localCurl } from '../listen/local-curl.ts';
import { sendLocal } from '../listen/send-local.ts';
import { safeBlock, safeJson, safeLine } from '../terminal/safe-text.ts';
import { chooseSample, namesOf, signableSamples } from '../trigger/choose-sample.ts';
import { findSource, type SourceFlags } from '../trigger/find-source.ts';
import { loadSigner, signSample } from '../trigger/sign-sample.ts';

interface TriggerFlags extends SourceFlags {
  sameId?: boolean;
  list?: boolean;
}

const ANSWER_TIMEOUT_MS = 30_000;

export function registerTrigger(command: Command, context: Context): void {
  command
    .argument('<provider>', 'such as github')
    .argument('[event]', 'such as push or issues.opened; default: the most usual one')
    .option('--list', 'list the samples of the provider, and send nothing')
    .option('--source <id>', 'the source to send to (default: the one whose secret is known here)')
    .option('--secret-file <file>', "a file with the source's secret, which is then kept in the profile")
    .option('--create-source', 'create a source with a made-up secret, and send to it')
    .option('--same-id', "keep the sample's own ids: a second one is a repeat")
    .option('--user-id <id>', 'operators: the tenant of the source')
    .addHelpText(
      'after',
      `
The sample is signed as the provider signs, and sent to the real address of the source, so everything happens to it that
happens to a webhook. The gateway never returns a source's secret: name a file with it once, or let this command create
a source of its own. Samples have ids of their own each time, so that they are not taken for repeats.`,
    )
    .action(
      context.act(async (provider: string, event: string | undefined) => {
        const flags: TriggerFlags = command.opts();
        const { terminal } = context;
        if (flags.list === true) return listSamplesOf(provider, command, context);
        const sample = chooseSample(provider, event);
        const oracle = await loadSigner(provider);
        if (oracle === undefined) throw new CliError(EXIT.error, `It is not known how ${provider} signs.`);
        const { source, secret } = await findSource({
          provider,
          signersSecret: oracle.secrets[0],
          options: oracle.options,
          flags,
          reader: context.reader(command),
          writer: context.gateway(command),
          configPath: context.paths.config,
          say: (text) => terminal.err(`${text}\n`),
        });
        const request = signSample(oracle, {
          sample,
          url: source.url,
          secret,
          nowMs: Date.now(),
          keepsIds: flags.sameId === true,
        });
        if (context.options(command).curl === true) {
          terminal.out(`${localCurl(request)}\n`);
          return EXIT.ok;
        }
        const result = await sendLocal(request, {
          timeoutMs: ANSWER_TIMEOUT_MS,
          insecure: false,
          signal: new AbortController().signal,
        });
        if (result.kind !== 'answered')
          throw new CliError(EXIT.unreachable, `${source.url}: ${result.message}`);
        const eventId = result.headers.find(([name]) => name.toLowerCase() === 'hookline-event-id')?.[1];
        const body = new TextDecoder().decode(result.body);
        const isDuplicate = /"duplicate":true/.test(body);
        if (context.options(command).json === true) {
          const { status } = result;
          terminal.out(
            `${safeJson({ title: sample.title, source: source.id, status, eventId: eventId ?? null, isDuplicate })}\n`,
          );
        } else if (eventId !== undefined) terminal.out(`${safeLine(eventId)}\n`);
        const took = `answered ${result.status} in ${Math.round(result.durationMs)} ms`;
        if (result.status >= 300)
          throw new CliError(EXIT.error, `${safeLine(sample.title)}: ${took}: ${safeBlock(body).trim()}`);
        const what = isDuplicate ? ' It was taken for a repeat.' : '';
        terminal.err(`${safeLine(sample.title)}: ${took} by ${safeLine(source.url)}.${what}\n`);
        if (eventId !== undefined)
          terminal.err(`See what happens to it: hookline journey ${safeLine(eventId)}\n`);
        return EXIT.ok;
      }),
    );
}

function listSamplesOf(provider: string, command: Command, context: Context): number {
  const { terminal } = context;
  for (const sample of signableSamples(provider)) {
    const names = namesOf(provider, sample);
    if (context.options(command).json === true)
      terminal.out(`${safeJson({ title: sample.title, events: sample.events.map(({ type }) => type) })}\n`);
    else terminal.out(`${names[0]}\t${sample.title}\n`);
  }
  return EXIT.ok;
}
