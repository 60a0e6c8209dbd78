import { renameSync, writeFileSync } from 'node:fs';

/** Replaces a file atomically and makes it readable only for this user. A reader sees either the old or the new text. */
export function writePrivateFile(path: string, text: string): void {
  const aside = `${path}.${process.pid}.tmp`;
  writeFileSync(aside, text, { mode: 0o600, flush: true });
  renameSync(aside, path);
}
