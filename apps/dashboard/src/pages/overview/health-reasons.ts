import type { Health } from './use-health.ts';

/** Why the score is not 100, in words; empty if it is. */
export function healthReasons({ services, metrics }: Pick<Health, 'services' | 'metrics'>): string[] {
  const away = Object.entries(services)
    .filter(([, state]) => state === 'not_ready')
    .map(([name]) => name);
  const { attempts = 0, failedAttempts = 0 } = metrics?.hourly ?? {};
  return [
    ...(away.length > 0 ? [`${away.join(' and ')} ${away.length === 1 ? 'is' : 'are'} not ready`] : []),
    ...(failedAttempts > 0
      ? [
          `${failedAttempts.toLocaleString('en')} of ${attempts.toLocaleString('en')} attempts of the last hour failed`,
        ]
      : []),
  ];
}
