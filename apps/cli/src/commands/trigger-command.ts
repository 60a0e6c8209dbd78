import { readFileSync } from 'node:fs';
import type { Source } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { changeConfig, readConfig } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { localCurl } from '../listen/local-curl.ts';
import { sendLocal } from '../listen/send-local.ts';
import { safeBlock, safeJson, safeLine } from '../terminal/safe-text.ts';
import { chooseSample, namesOf, signableSamples } from '../trigger/choose-sample.ts';
import { likeSecret } from '../trigger/made-up-secret.ts';
import { loadSigner, SIGNERS_SECRET, signSample } from '../trigger/sign-sample.ts';

interface TriggerFlags {
  source?: string;
  secretFile?: string;
  createSource?: boolean;
  sameId?: boolean;
  list?: boolean;
  userId?: string;
}

const OWN_NAME = 'hookline trigger';
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
        const gateway = context.gateway(command);
        const { source, secret } = await findSource(
          gateway,
          provider,
          oracle.secrets[0],
          oracle.options,
          flags,
          context,
        );
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

interface KnownSource {
  source: Pick<Source, 'id' | 'url'>;
  secret: string;
}

/** The source to send to, with a secret that it accepts. */
async function findSource(
  gateway: Gateway,
  provider: string,
  signersSecret: string,
  options: Readonly<Record<string, string>> | undefined,
  flags: TriggerFlags,
  context: Context,
): Promise<KnownSource> {
  const { paths, terminal } = context;
  const query = flags.userId === undefined ? {} : { userId: flags.userId };
  const known =
    gateway.profile === undefined
      ? {}
      : (readConfig(paths.config).profiles[gateway.profile]?.sourceSecrets ?? {});
  const { data: sources } = await gateway.call('listSources', {
    query: { ...query, provider, limit: 1_000 },
  });
  const named = flags.source === undefined ? undefined : sources.find(({ id }) => id === flags.source);
  if (flags.source !== undefined && named === undefined)
    throw new CliError(EXIT.error, `There is no source ${safeLine(flags.source)} of ${provider}.`);

  if (flags.secretFile !== undefined) {
    const source = named ?? (sources.length === 1 ? sources[0] : undefined);
    if (source === undefined)
      throw new CliError(
        EXIT.usage,
        `There are ${sources.length} sources of ${provider}: name one with --source.`,
      );
    const secret = readSecret(flags.secretFile);
    remember(gateway, source.id, secret, context);
    return { source, secret };
  }

  const found = (named === undefined ? sources : [named]).find(({ id }) => known[id] !== undefined);
  if (found !== undefined && !SIGNERS_SECRET.has(provider))
    return { source: found, secret: known[found.id] as string };
  if (found !== undefined) {
    // The signer's key pair is another one in each process.
    await gateway.call('patchSource', { params: { id: found.id }, query, body: { secret: signersSecret } });
    return { source: found, secret: signersSecret };
  }

  const alone = named ?? (sources.length === 1 ? sources[0] : undefined);
  if (flags.createSource !== true) {
    throw new CliError(
      EXIT.error,
      sources.length === 0
        ? `There is no source of ${provider}.`
        : `The secret of ${alone === undefined ? `the ${sources.length} sources of ${provider}` : safeLine(alone.id)} is not known here.`,
      {
        hint: `Name a file with the secret (--secret-file), or let this command create a source of its own (--create-source).`,
      },
    );
  }
  const secret = SIGNERS_SECRET.has(provider) ? signersSecret : likeSecret(signersSecret);
  const { data: source } = await gateway.call('createSource', {
    body: {
      ...query,
      provider,
      name: OWN_NAME,
      ...(secret === '' ? {} : { secret }),
      ...(options === undefined ? {} : { options: { ...options } }),
    },
  });
  remember(gateway, source.id, secret, context);
  terminal.err(`Created the source ${safeLine(source.id)}, named "${OWN_NAME}", with a made-up secret.\n`);
  return { source, secret };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new CliError(EXIT.usage, `${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Keeps the secret of a source in the profile. Without a profile there is no place for it. */
function remember(gateway: Gateway, sourceId: string, secret: string, { paths, terminal }: Context): void {
  const { profile } = gateway;
  if (profile === undefined) {
    terminal.err('The secret is not kept, because no profile is in use (see "hookline login").\n');
    return;
  }
  changeConfig(paths.config, ({ profiles }) => {
    const changed = profiles[profile];
    if (changed !== undefined) changed.sourceSecrets = { ...changed.sourceSecrets, [sourceId]: secret };
  });
}
