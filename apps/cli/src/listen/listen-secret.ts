import { generateSecret, parseSecret } from '@hookline/signing';
import { CliError } from '../cli-error.ts';
import { changeConfig, readConfig } from '../config/config-file.ts';
import { EXIT } from '../exit-codes.ts';

export interface ListenSecret {
  secret: string;
  /** Where it is from and how long it stays the same, for the banner. */
  origin: string;
}

/**
 * The secret that `listen` signs with: `HOOKLINE_LISTEN_SECRET`, or the profile's, which is made at first use and stays
 * the same. Without a profile it is of this run only.
 */
export function readListenSecret(
  configPath: string,
  profile: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): ListenSecret {
  const given = env['HOOKLINE_LISTEN_SECRET'];
  if (given) {
    try {
      parseSecret(given);
    } catch (error) {
      throw new CliError(EXIT.usage, `HOOKLINE_LISTEN_SECRET: ${(error as Error).message}`);
    }
    return { secret: given, origin: 'HOOKLINE_LISTEN_SECRET' };
  }
  if (profile === undefined) {
    return { secret: generateSecret(), origin: 'of this run only; set HOOKLINE_LISTEN_SECRET to keep one' };
  }
  const origin = `of the profile "${profile}", always the same`;
  const known = readConfig(configPath).profiles[profile]?.listenSecret;
  if (known !== undefined) return { secret: known, origin };
  const secret = generateSecret();
  changeConfig(configPath, ({ profiles }) => {
    const changed = profiles[profile];
    if (changed !== undefined) changed.listenSecret = secret;
  });
  return { secret, origin };
}
