import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { StackError } from './errors.ts';

export interface EnvFile {
  /** The file's variables, overridden by the caller's environment. */
  env: NodeJS.ProcessEnv;
  /** The sorted names of the variables whose value comes from the file. */
  names: string[];
}

/**
 * Reads a `.env` file, as `docker compose` does. A missing file sets no variables.
 * @throws StackError `configuration_invalid` if the file can't be read
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
