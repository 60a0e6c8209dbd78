import { renameSync, writeFileSync } from 'node:fs';

/** Replaces a file at once and for this user only: a reader sees the old or the new text, never a part. */
export function writePrivateFile(path: string, text: string): void {
  const aside = `${path}.${process.pid}.tmp`;
  writeFileSync(aside, text, { mode: 0o600, flush: true });
  renameSync(aside, path);
}
