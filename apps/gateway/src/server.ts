import { runService } from '@hookline/service';
import { buildGateway } from './app.ts';
import { readGatewayEnv } from './env.ts';

await runService({
  name: 'gateway',
  readOptions: () => readGatewayEnv(process.env),
  build: buildGateway,
});
