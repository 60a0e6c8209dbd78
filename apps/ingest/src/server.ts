import { listReplacedVariables, runService } from '@hookline/service';
import { buildIngest } from './app.ts';
import { readIngestEnv } from './env.ts';

await runService({
  name: 'ingest',
  readOptions: () => readIngestEnv(process.env),
  build(options, runtime) {
    // Logged by one service of the four: all of them usually get the same environment.
    const replaced = listReplacedVariables(process.env);
    if (Object.keys(replaced).length > 0) {
      runtime.logger.warn({ replaced }, 'no service reads these variables');
    }
    return buildIngest(options, runtime);
  },
});
