import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigPaths {
  /** The profiles, with their keys. Mode 0600. */
  config: string;
  /** One file for each feed that is continued with `--since last`. */
  cursors: string;
}

/** By the XDG Base Directory Specification. A relative path in a variable is ignored, as it asks. */
export function configPaths(env: Environment): ConfigPaths {
  const home = env['HOME'] || homedir();
  return {
    config: join(baseOf(env['XDG_CONFIG_HOME'], join(home, '.config')), 'hookline', 'config.json'),
    cursors: join(baseOf(env['XDG_STATE_HOME'], join(home, '.local', 'state')), 'hookline', 'cursors'),
  };
}

const baseOf = (value: string | undefined, fallback: string) =>
  value?.startsWith('/') === true ? value : fallback;
