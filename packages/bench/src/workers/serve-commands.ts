/** What a worker process can be asked to do: one object in, one answer out, both cloned on the way. */
// biome-ignore lint/suspicious/noExplicitAny: each command has an input of its own
export type Commands = Record<string, (input: any) => unknown>;

export interface CommandCall {
  id: number;
  name: string;
  input: unknown;
}

export type CommandAnswer = { id: number; result: unknown } | { id: number; error: string };

/**
 * Turns this process into a worker of the one that forked it, and ends it when that one is gone, however it went.
 * @param onParentGone called first, for what must not be left behind
 */
export function serveCommands(commands: Commands, onParentGone: () => void = () => {}): void {
  process.on('message', (message) => void answer(message as CommandCall));
  process.on('disconnect', () => {
    onParentGone();
    process.exit();
  });
  // A terminal's Ctrl-C reaches us as well; when to end is the parent's decision.
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
