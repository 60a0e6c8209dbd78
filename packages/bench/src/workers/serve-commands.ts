/** The commands of a worker process. Each takes one object and returns one answer. Both are cloned. */
// biome-ignore lint/suspicious/noExplicitAny: each command has an input of its own
export type Commands = Record<string, (input: any) => unknown>;

export interface CommandCall {
  id: number;
  name: string;
  input: unknown;
}

export type CommandAnswer = { id: number; result: unknown } | { id: number; error: string };

/**
 * Turns this process into a worker of its parent, and ends it when the parent ends for any reason.
 * @param onParentGone called before the worker ends, for cleanup
 */
export function serveCommands(commands: Commands, onParentGone: () => void = () => {}): void {
  process.on('message', (message) => void answer(message as CommandCall));
  process.on('disconnect', () => {
    onParentGone();
    process.exit();
  });
  // A terminal's Ctrl-C reaches the worker too, but the parent decides when the worker ends.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

  async function answer({ id, name, input }: CommandCall): Promise<void> {
    try {
      const command = commands[name];
      if (!command) throw new Error(`this worker has no command "${name}"`);
      reply({ id, result: await command(input) });
    } catch (error) {
      reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }

  function reply(answer: CommandAnswer): void {
    if (process.connected) process.send?.(answer);
  }
}
