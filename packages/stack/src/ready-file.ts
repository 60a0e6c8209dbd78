import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from './stack.ts';
import { writePrivateFile } from './write-private-file.ts';

/** `<home>/ready.json` exists while Hookline is running. Scripts read its URLs and the operator's API key. */
export interface ReadyFile {
  gateway: string;
  ingest: string;
  delivery: string;
  scheduler: string;
  /** The URL for the database's owner, who has all rights. */
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
