import type { BenchOptions } from '../options.ts';
import type { Resources } from '../resources.ts';

export interface ScenarioContext {
  options: BenchOptions;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  resources: Resources;
  /** Prints the current step. */
  say: (line: string) => void;
}

/** The servers' versions and settings, which affect the numbers. */
export interface ServerDescription {
  natsVersion: string;
  natsSync: 'always' | 'default';
  postgresVersion: string;
  postgresSettings: Record<string, string>;
}

/** An aim of the project, and the value that this run measured. */
export interface Aim {
  what: string;
  aim: string;
  measured: string;
  met: boolean;
}
