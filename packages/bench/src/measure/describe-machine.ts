import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface MachineDescription {
  cores: number;
  model: string;
  memoryBytes: number;
  kernel: string;
  node: string;
  commit: string;
}

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** The machine and the versions of a measurement. Numbers of different machines are not comparable. */
export function describeMachine(): MachineDescription {
  const cores = cpus();
  return {
    cores: cores.length,
    model: cores[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.versions.node,
    commit: describeCommit(),
  };
}

function describeCommit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes');
  } catch {
    return 'unknown (not a git checkout)';
  }
}
