import type { Attempt } from '@hookline/contracts';
import type { WaterfallPhase } from '../ui/waterfall.tsx';

/** What an attempt spent its time on. Phases that did not happen, such as connecting over an open connection, are left out. */
export function attemptPhases({
  dnsMs,
  connectMs,
  tlsMs,
  firstByteMs,
  durationMs,
}: Pick<Attempt, 'dnsMs' | 'connectMs' | 'tlsMs' | 'firstByteMs' | 'durationMs'>): WaterfallPhase[] {
  const phases: WaterfallPhase[] = [];
  let startMs = 0;
  const add = (name: string, lengthMs: number | null, tone: WaterfallPhase['tone']) => {
    if (lengthMs === null || lengthMs <= 0) return;
    phases.push({ name, startMs, durationMs: lengthMs, tone });
    startMs += lengthMs;
  };
  add('DNS', dnsMs, 'neutral');
  add('Connect', connectMs, 'neutral');
  add('TLS', tlsMs, 'neutral');
  if (firstByteMs === null) add('No answer', durationMs - startMs, 'danger');
  else {
    add('Waiting for the answer', firstByteMs - startMs, 'active');
    add('Reading the answer', durationMs - startMs, 'success');
  }
  return phases;
}
