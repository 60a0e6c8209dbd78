import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { CliError } from '../cli-error.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { colored, plain, wantsColor } from './paint.ts';
import type { Terminal } from './terminal.ts';

export interface ProcessTerminalOptions {
  /** The option `--no-color` was given. */
  noColor: boolean;
  exit(code: ExitCode): void;
}

/** The terminal of a process. */
export function createProcessTerminal(
  process: NodeJS.Process,
  { noColor, exit }: ProcessTerminalOptions,
): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const isInteractive = Boolean(stdin.isTTY && stderr.isTTY);
  const stopping = new AbortController();
  let hasSignals = false;
  const stop = () => {
    if (stopping.signal.aborted) exit(EXIT.ok);
    stopping.abort();
  };
  // The reader has ended (`| head`): nobody is left to write to.
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') exit(EXIT.ok);
    });
  }
  const paintFor = (isTty: boolean) => (!noColor && wantsColor(isTty, env) ? colored : plain);

  return {
    env,
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    outIsTty: Boolean(stdout.isTTY),
    isInteractive,
    paintOut: paintFor(Boolean(stdout.isTTY)),
    paintErr: paintFor(Boolean(stderr.isTTY)),
    size: () => ({
      columns: stdout.columns ?? stderr.columns ?? 80,
      rows: stdout.rows ?? stderr.rows ?? 24,
    }),
    async readInput(maxBytes) {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of stdin) {
        chunks.push(chunk as Buffer);
        bytes += (chunk as Buffer).length;
        if (bytes > maxBytes) throw new CliError(EXIT.usage, `The input is longer than ${maxBytes} bytes.`);
      }
      return Buffer.concat(chunks);
    },
    async ask(question, { hidden = false } = {}) {
      let isMuted = false;
      const output = new Writable({
        write(chunk, _encoding, done) {
          if (!isMuted) stderr.write(chunk);
          done();
        },
      });
      const lines = createInterface({ input: stdin, output, terminal: true });
      try {
        return await new Promise<string>((resolve, reject) => {
          lines.on('SIGINT', () => reject(new CliError(EXIT.error, 'Nothing was changed.')));
          lines.on('close', () => reject(new CliError(EXIT.error, 'Nothing was changed.')));
          lines.question(question, resolve);
          isMuted = hidden;
        });
      } finally {
        lines.close();
        if (hidden) stderr.write('\n');
      }
    },
    onKeys(listener) {
      const onData = (chunk: Buffer) => {
        const keys = chunk.toString('utf8');
        // In raw mode Ctrl-C is a key.
        if (keys.includes('\u0003')) stop();
        else listener(keys);
      };
      stdin.setRawMode(true);
      stdin.on('data', onData).resume();
      return () => {
        stdin.off('data', onData).pause();
        stdin.setRawMode(false);
      };
    },
    onResize(listener) {
      stdout.on('resize', listener);
      return () => void stdout.off('resize', listener);
    },
    get stopped() {
      // Only commands that run until they are stopped ask for it; the others end at once, as programs do.
      if (!hasSignals)
        for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
      hasSignals = true;
      return stopping.signal;
    },
  };
}
