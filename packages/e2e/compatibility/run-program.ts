import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { untilThere } from '../src/index.ts';

/** Below the SDK, so that its package and express are found. */
const PARENT = fileURLToPath(new URL('../../client/dist/', import.meta.url));

export interface Program {
  /** What it has printed. */
  readonly output: string;
  /** Waits until it has printed the text. @throws Error with all that it printed */
  prints(text: string): Promise<void>;
  /** Waits until it takes connections. @throws Error with all that it printed */
  listens(port: number): Promise<void>;
  stop(): Promise<void>;
}

/** Writes files into a folder of their own and runs a command there. */
export function runProgram(
  files: Readonly<Record<string, string>>,
  [command, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>> = {},
): Program {
  mkdirSync(PARENT, { recursive: true });
  const folder = mkdtempSync(join(PARENT, 'program-'));
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  let output = '';
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env } });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const waitFor = (isThere: () => Promise<boolean>, what: string) =>
    untilThere(async () => ((await isThere()) ? true : undefined), what).then(
      () => {},
      (error: Error) => {
        throw new Error(`${error.message}; the program printed: ${output.slice(-1_000)}`);
      },
    );
  return {
    get output() {
      return output;
    },
    prints: (text) => waitFor(() => Promise.resolve(output.includes(text)), `"${text}"`),
    listens: (port) => waitFor(() => isOpen(port), `a server at the port ${port}`),
    async stop() {
      child.kill('SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isOpen = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
