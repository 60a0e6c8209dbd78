import type { Logger } from '../logger.ts';
import type { Tracing, TracingOptions } from './tracing.ts';

/**
 * Starts tracing by OpenTelemetry. Without options nothing is traced, and no module of the SDK is loaded.
 * @param serviceName OTEL_SERVICE_NAME takes its place
 */
export async function startTracing(
  serviceName: string,
  options: TracingOptions | undefined,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (options === undefined) return undefined;
  const { createSdkTracing } = await import('./sdk-tracing.ts');
  return createSdkTracing(serviceName, options, logger);
}
