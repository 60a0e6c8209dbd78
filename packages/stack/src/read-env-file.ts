import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StackError } from './errors.ts';

export interface EnvFile {
  /** The caller's environment over what the file sets: a variable that the shell exports wins. */
  env: NodeJS.ProcessEnv;
  /** Names that were taken from the file, sorted. */
  names: string[];
}

/**
 * Reads a `.env` file, as `docker compose` does. A file that is not there sets nothing.
 * @throws StackError `configuration_invalid` for one that cannot be read
 */
export function readEnvFile(path: string, callersEnv: NodeJS.ProcessEnv): EnvFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { env: callersEnv, names: [] };
    const message = `${path} could not be read (${(cause as Error).message}): make it readable, or remove it.`;
    throw new StackError('configuration_invalid', message, { cause });
  }
  const values = parseEnv(text);
  const names = Object.keys(values)
    .filter((name) => callersEnv[name] === undefined)
    .sort();
  return { env: { ...values, ...callersEnv }, names };
}
