import { Gauge, type Registry } from '@hookline/service';
import type { ProviderApi } from './provider-api.ts';

/** How many hosts of providers do not answer this replica. */
export function registerBreakerGauge(registry: Registry, api: Pick<ProviderApi, 'openBreakers'>): void {
  new Gauge({
    name: 'hookline_scheduler_open_breakers',
    help: 'Hosts of providers, each for one application, that this replica does not call at the moment',
    registers: [registry],
    collect() {
      this.set(api.openBreakers);
    },
  });
}
