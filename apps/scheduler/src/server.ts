import { runService } from '@hookline/service';
import { buildScheduler } from './app.ts';
import { readSchedulerEnv } from './env.ts';

await runService({
  name: 'scheduler',
  readOptions: () => readSchedulerEnv(process.env),
  build: buildScheduler,
});
