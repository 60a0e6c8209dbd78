// Pauses another process with SIGSTOP, and resumes it when the benchmark ends for any reason.
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
      // The process has ended.
    }
  }
});
