import { runService } from '@hookline/service';
import { buildDelivery } from './app.ts';
import { readDeliveryEnv } from './env.ts';

await runService({
  name: 'delivery',
  readOptions: () => readDeliveryEnv(process.env),
  build: buildDelivery,
});
