import { readFileSync } from 'node:fs';
import type { Source } from '@hookline/contracts';
import { CliError } from '../cli-error.ts';
import { changeConfig, readConfig } from '../config/config-file.ts';
import { EXIT } from '../exit-codes.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { safeLine } from '../terminal/safe-text.ts';
import { likeSecret } from './made-up-secret.ts';
import { SIGNERS_SECRET } from './sign-sample.ts';

export interface SourceFlags {
  source?: string;
  secretFile?: string;
  createSource?: boolean;
  userId?: string;
}

export interface SourceSearch {
  provider: string;
  /** The secret of the provider's signer: an example of its form, or the only one that it can sign with. */
  signersSecret: string;
  /** The options that the signer assumes. */
  options: Readonly<Record<string, string>> | undefined;
  flags: SourceFlags;
  /** Looks up. */
  reader: Gateway;
  /** Changes. With `--curl` it only prints. */
  writer: Gateway;
  configPath: string;
  say(text: string): void;
}

export interface KnownSource {
  source: Pick<Source, 'id' | 'url'>;
  secret: string;
}

const OWN_NAME = 'hookline trigger';

/** The source to send a sample to, with a secret that it accepts. */
export async function findSource(search: SourceSearch): Promise<KnownSource> {
  const { provider, signersSecret, flags, reader, writer, configPath } = search;
  const query = flags.userId === undefined ? {} : { userId: flags.userId };
  const isOwnOnly = SIGNERS_SECRET.has(provider);
  if (isOwnOnly && (flags.source !== undefined || flags.secretFile !== undefined))
    throw new CliError(
      EXIT.usage,
      `Samples of ${provider} can be sent only to a source that this command makes.`,
      {
        hint: 'The provider signs with a private key, which nobody else has. Use --create-source.',
      },
    );

  const { data: sources } = await reader.call('listSources', { query: { ...query, provider, limit: 1_000 } });
  const named = flags.source === undefined ? undefined : sources.find(({ id }) => id === flags.source);
  if (flags.source !== undefined && named === undefined)
    throw new CliError(EXIT.error, `There is no source ${safeLine(flags.source)} of ${provider}.`);
  const only = named ?? (sources.length === 1 ? sources[0] : undefined);

  if (flags.secretFile !== undefined) {
    if (only === undefined)
      throw new CliError(
        EXIT.usage,
        `There are ${sources.length} sources of ${provider}: name one with --source.`,
      );
    const secret = readSecret(flags.secretFile);
    remember(only.id, secret, search);
    return { source: only, secret };
  }

  const known =
    reader.profile === undefined
      ? {}
      : (readConfig(configPath).profiles[reader.profile]?.sourceSecrets ?? {});
  const found = (named === undefined ? sources : [named]).find(
    ({ id, name }) => known[id] !== undefined && (!isOwnOnly || name === OWN_NAME),
  );
  if (found !== undefined && !isOwnOnly) return { source: found, secret: known[found.id] as string };
  if (found !== undefined) {
    // The signer's key pair is another one in each process.
    await writer.call('patchSource', { params: { id: found.id }, query, body: { secret: signersSecret } });
    return { source: found, secret: signersSecret };
  }
  if (flags.createSource === true) return await createSource(search);

  const what = only === undefined ? `the ${sources.length} sources of ${provider}` : safeLine(only.id);
  if (sources.length === 0)
    throw new CliError(EXIT.error, `There is no source of ${provider}.`, {
      hint: 'Let this command create a source of its own (--create-source), or use "hookline sources create".',
    });
  throw new CliError(EXIT.error, `The secret of ${what} is not known here.`, {
    hint: 'Name a file with the secret (--secret-file), or let this command create a source of its own (--create-source).',
  });
}

async function createSource(search: SourceSearch): Promise<KnownSource> {
  const { provider, signersSecret, options, flags, writer, say } = search;
  const secret = SIGNERS_SECRET.has(provider) ? signersSecret : likeSecret(signersSecret);
  const { data: source } = await writer.call('createSource', {
    body: {
      ...(flags.userId === undefined ? {} : { userId: flags.userId }),
      provider,
      name: OWN_NAME,
      // Absent for a provider whose sources have none.
      ...(secret === '' ? {} : { secret }),
      ...(options === undefined ? {} : { options: { ...options } }),
    },
  });
  remember(source.id, secret, search);
  say(`Created the source ${safeLine(source.id)}, named "${OWN_NAME}", with a made-up secret.`);
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
function remember(sourceId: string, secret: string, { reader, configPath, say }: SourceSearch): void {
  const { profile } = reader;
  if (profile === undefined) {
    say('The secret is not kept, because no profile is in use (see "hookline login").');
    return;
  }
  changeConfig(configPath, ({ profiles }) => {
    const changed = profiles[profile];
    if (changed !== undefined) changed.sourceSecrets = { ...changed.sourceSecrets, [sourceId]: secret };
  });
}
