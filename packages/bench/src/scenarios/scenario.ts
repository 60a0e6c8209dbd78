import type { BenchOptions } from '../options.ts';
import type { Resources } from '../resources.ts';

export interface ScenarioContext {
  options: BenchOptions;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  resources: Resources;
  /** Tells whoever waits what is being done. */
  say: (line: string) => void;
}

/** What the numbers depend on besides the machine. */
export interface ServerDescription {
  natsVersion: string;
  natsSync: 'always' | 'default';
  postgresVersion: string;
  postgresSettings: Record<string, string>;
}

/** An aim of the project, and how far it was reached in this run. */
export interface Aim {
  what: string;
  aim: string;
  measured: string;
  met: boolean;
}
