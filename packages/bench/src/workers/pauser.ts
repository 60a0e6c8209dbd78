// Holds another process up with SIGSTOP, and lets go of it when the benchmark is gone, whatever became of that.
import { serveCommands } from './serve-commands.ts';

const paused = new Set<number>();

const commands = {
  pause({ pid }: { pid: number }) {
    paused.add(pid);
    process.kill(pid, 'SIGSTOP');
  },
  resume({ pid }: { pid: number }) {
    paused.delete(pid);
    process.kill(pid, 'SIGCONT');
  },
};
export type PauserCommands = typeof commands;

serveCommands(commands, () => {
  for (const pid of paused) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      // It has ended.
    }
  }
});
