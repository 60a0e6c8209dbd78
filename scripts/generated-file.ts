import { readFileSync, writeFileSync } from 'node:fs';

interface GeneratedFile {
  file: string;
  /** What the file should hold. */
  current: string;
  /** Printed when the file is up to date. */
  upToDate: string;
  /** Printed when it is not. */
  stale: string;
}

/** Writes a generated file with the option `--write`. Without an option it fails if the file is out of date. */
export function writeOrCheck({ file, current, upToDate, stale }: GeneratedFile): void {
  const [option] = process.argv.slice(2);
  if (option === '--write') writeFileSync(file, current);
  else if (option !== undefined) {
    console.error('Use it without an option or with --write.');
    process.exitCode = 1;
  } else if (readFileSync(file, 'utf8') === current) {
    console.log(upToDate);
  } else {
    console.error(stale);
    process.exitCode = 1;
  }
}

/** Replaces the text between two markers of a page, which stay. */
export function replaceBetween(page: string, start: string, end: string, text: string): string {
  const [before, rest] = page.split(start);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The page has no place for what is generated: ${start}`);
  return `${before}${start}${text}${end}${after}`;
}
