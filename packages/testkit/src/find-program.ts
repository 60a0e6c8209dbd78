import { inject } from 'vitest';
import type { ProgramName } from './provided-context.ts';

/** The file of a program that a test starts as a process: a bundle of its source, which starts faster. */
export function findProgram(name: ProgramName): string {
  return inject('programs')[name];
}
