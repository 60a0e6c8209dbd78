import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';
import type { GuestReader } from './guest-reader.ts';

const MAX_LINES = 50;
const MAX_LENGTH = 8_192;
const NAMES = ['log', 'info', 'warn', 'error', 'debug'] as const;

export interface GuestConsole {
  /** The lines written since the last call; at most 50 lines and 8,192 characters in total. */
  takeLines(): string[];
}

/** Adds a `console` to a context. The written lines are kept outside the engine, where the code cannot change them. */
export function createGuestConsole(context: QuickJSContext, reader: GuestReader): GuestConsole {
  let lines: string[] = [];
  let length = 0;
  let isWriting = false;

  function write(...values: QuickJSHandle[]): void {
    // Converting a value to text may run the value's own code, which may write again.
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
