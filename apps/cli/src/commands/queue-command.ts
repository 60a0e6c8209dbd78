import type { Command } from 'commander';
import type { Context } from '../context.ts';
import { addCall } from './resource-command.ts';

export function registerQueue(command: Command, context: Context): void {
  addCall(command, 'getQueueStats', context);
  addCall(command.command('pause').description('Stop all sending (operators)'), 'pauseQueue', context);
  addCall(command.command('resume').description('Send again (operators)'), 'resumeQueue', context);
  addCall(
    command.command('retry-failed').description('Send all dead letters again'),
    'retryFailedQueue',
    context,
  );
}
