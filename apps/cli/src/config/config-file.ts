import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CliError } from '../cli-error.ts';
import { EXIT } from '../exit-codes.ts';
import { type Config, PROFILE_NAME, type Profile } from './config.ts';

/** Reads the config file. Without one there are no profiles. */
export function readConfig(path: string): Config {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { profiles: {} };
    throw new CliError(EXIT.error, `${path} cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw damaged(path, 'it is not JSON');
  }
  return toConfig(path, value);
}

/** Replaces the config file as a whole. Only its owner can read it. */
export function writeConfig(path: string, config: Config): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const aside = `${path}.${process.pid}.tmp`;
  writeFileSync(aside, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flush: true });
  // The mode of an old file with this name would stay.
  chmodSync(aside, 0o600);
  renameSync(aside, path);
}

/** Changes the config file: reads it, applies the change and writes it. */
export function changeConfig(path: string, change: (config: Config) => void): Config {
  const config = readConfig(path);
  change(config);
  writeConfig(path, config);
  return config;
}

/** Whether other users of this machine can read the file. */
export function isReadableByOthers(path: string): boolean {
  const { mode } = statSync(path, { throwIfNoEntry: false }) ?? {};
  return mode !== undefined && (mode & 0o077) !== 0;
}

function toConfig(path: string, value: unknown): Config {
  if (!isObject(value) || !isObject(value['profiles'])) throw damaged(path, 'it has no "profiles"');
  const profiles: Record<string, Profile> = Object.create(null);
  for (const [name, profile] of Object.entries(value['profiles'])) {
    if (!PROFILE_NAME.test(name)) throw damaged(path, `"${name}" is not a name of a profile`);
    if (!isObject(profile) || typeof profile['url'] !== 'string' || typeof profile['key'] !== 'string')
      throw damaged(path, `the profile "${name}" has no "url" and "key"`);
    profiles[name] = profile as unknown as Profile;
  }
  const { current } = value;
  return { ...(typeof current === 'string' ? { current } : {}), profiles };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const damaged = (path: string, why: string) =>
  new CliError(EXIT.error, `${path} is damaged: ${why}.`, {
    hint: 'Repair it, or remove it and sign in again with "hookline login".',
  });
