import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import type { GuestReader } from './guest-reader.ts';

const MAX_LINES = 50;
const MAX_LENGTH = 8_192;
const NAMES = ['log', 'info', 'warn', 'error', 'debug'] as const;

export interface GuestConsole {
  /** What was written since the last time; at most 50 lines, and 8,192 characters together. */
  takeLines(): string[];
}

/** Gives a context its `console`. What is written is kept out here, where the code cannot change it any more. */
export function createGuestConsole(context: QuickJSContext, reader: GuestReader): GuestConsole {
  let lines: string[] = [];
  let length = 0;
  let isWriting = false;

  function write(...values: QuickJSHandle[]): void {
    // To show a value may run code of it, which may write as well.
    if (isWriting || lines.length >= MAX_LINES || length >= MAX_LENGTH) return;
    isWriting = true;
    try {
      const line = values
        .map(reader.show)
        .join(' ')
        .slice(0, MAX_LENGTH - length);
      length += line.length;
      lines.push(line);
    } finally {
      isWriting = false;
    }
  }

  const made = context.newObject();
  for (const name of NAMES) {
    const method = context.newFunction(name, write);
    context.setProp(made, name, method);
    method.dispose();
  }
  context.setProp(context.global, 'console', made);
  made.dispose();

  return {
    takeLines() {
      const taken = lines;
      lines = [];
      length = 0;
      return taken;
    },
  };
}
