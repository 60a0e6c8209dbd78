import { type Bus, connectBus, isTransientBusError, reportSyncMode, type SyncMode } from '@hookline/bus';
import type { Foundation } from './foundation.ts';
import { answerMonitoring } from './monitoring/answer-monitoring.ts';
import type { NatsOptions } from './service-options.ts';

export interface OpenedBus {
  bus: Bus;
  syncMode: SyncMode;
}

/**
 * Connects a service to NATS, and lets it answer there what monitoring asks.
 * @param isRequired whether the service is not ready without NATS; default true
 */
export async function openBus(
  foundation: Foundation,
  options: NatsOptions,
  isRequired = true,
): Promise<OpenedBus> {
  const { name, logger, health, onFatal } = foundation;
  const bus = await connectBus({
    url: options.natsUrl,
    name: `hookline-${name}`,
    logger,
    onClosed: (error) => onFatal(new Error('the connection to NATS has closed for good', { cause: error })),
  });
  foundation.onClose(() => bus.close());
  foundation.dependencies.push({ name: 'NATS', isAway: isTransientBusError });
  const check = () => {
    if (!bus.connected) throw new Error('not connected to NATS');
  };
  if (isRequired) health.addCheck('nats', check);
  else health.addInformation('nats', check);
  answerMonitoring(bus, foundation);
  const syncMode = await reportSyncMode(options.natsMonitorUrl, logger);
  return { bus, syncMode };
}
