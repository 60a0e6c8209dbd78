import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { type Config, DEFAULT_PROFILE, type Profile } from './config.ts';

export interface Account {
  url: string;
  key: string;
  /** The profile whose key or address is used. Undefined: both are of the environment. */
  profile: string | undefined;
  /** Where the key is from, for messages: `HOOKLINE_KEY` or `the profile "default"`. */
  keyFrom: string;
}

/**
 * Which gateway to call, and with which key: `--profile`, then `HOOKLINE_URL` and `HOOKLINE_KEY`, then the current
 * profile. A named profile is used as a whole.
 */
export function chooseAccount(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  named: string | undefined,
): Account {
  if (named !== undefined) return accountOf(requireProfile(config, named), named);
  const url = env['HOOKLINE_URL'] || undefined;
  const key = env['HOOKLINE_KEY'] || undefined;
  if (url !== undefined) checkUrl(url, 'HOOKLINE_URL');
  if (url !== undefined && key !== undefined) {
    return { url, key, profile: undefined, keyFrom: 'HOOKLINE_KEY' };
  }
  const current = config.current ?? DEFAULT_PROFILE;
  const profile = config.profiles[current];
  if (profile === undefined) {
    const missing =
      url !== undefined
        ? 'HOOKLINE_KEY'
        : key !== undefined
          ? 'HOOKLINE_URL'
          : 'HOOKLINE_URL and HOOKLINE_KEY';
    throw new CliError(EXIT.notAuthenticated, 'You are not signed in.', {
      hint: `Sign in with "hookline login", or set ${missing}.`,
    });
  }
  if (key !== undefined) return { url: profile.url, key, profile: current, keyFrom: 'HOOKLINE_KEY' };
  if (url !== undefined && originOf(url) !== originOf(profile.url)) {
    // A key must not be sent to another host than the one that it is for.
    throw new CliError(
      EXIT.notAuthenticated,
      `HOOKLINE_URL is ${url}, but the key of the profile "${current}" is for ${profile.url}.`,
      { hint: 'Set HOOKLINE_KEY as well, or name a profile with --profile.' },
    );
  }
  return accountOf(profile, current);
}

export function requireProfile(config: Config, name: string): Profile {
  const profile = config.profiles[name];
  if (profile !== undefined) return profile;
  const names = Object.keys(config.profiles).sort();
  throw new CliError(EXIT.notAuthenticated, `There is no profile "${name}".`, {
    hint:
      names.length === 0
        ? 'Sign in with "hookline login".'
        : `The profiles are ${names.join(', ')}. "hookline login --profile ${name}" makes a new one.`,
  });
}

/** @throws CliError unless the text is the address of a gateway */
export function checkUrl(text: string, what: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new CliError(EXIT.usage, `${what} must be an address such as https://hooks.example.com.`);
  }
}

const originOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).origin : undefined);

const accountOf = ({ url, key }: Profile, name: string): Account => ({
  url,
  key,
  profile: name,
  keyFrom: `the profile "${name}"`,
});
