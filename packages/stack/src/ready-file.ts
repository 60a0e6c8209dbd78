import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './stack.ts';
import { writePrivateFile } from './write-private-file.ts';

/** `<home>/ready.json`: there while everything is up; how scripts find the running Hookline. */
export interface ReadyFile {
  gateway: string;
  ingest: string;
  delivery: string;
  scheduler: string;
  /** The owner's, who may do anything to the database. */
  databaseUrl: string;
  natsUrl: string;
  operatorKey: string;
}

export function readyFilePath(home: string): string {
  return join(home, 'ready.json');
}

export function writeReadyFile(home: string, stack: Stack): void {
  const content: ReadyFile = {
    ...stack.urls,
    databaseUrl: stack.databaseUrl,
    natsUrl: stack.natsUrl,
    operatorKey: stack.secrets.operatorKey,
  };
  writePrivateFile(readyFilePath(home), `${JSON.stringify(content, null, 2)}\n`);
}

export function removeReadyFile(home: string): void {
  rmSync(readyFilePath(home), { force: true });
}
