import type { Rejection } from '@hookline/contracts';
import { getProvider } from '@hookline/providers';

/** Describes a rejection in one sentence, without a period at its end. */
export function summarizeRejection({
  at,
  provider,
  code,
  reason,
  eventId,
}: Pick<Rejection, 'at' | 'provider' | 'code' | 'reason' | 'eventId'>): string {
  const time = `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
  const from = provider === '' ? '' : ` from ${getProvider(provider)?.name ?? provider}`;
  switch (code) {
    case 'duplicate':
      return `Received again ${time}${from}: a repeat of ${eventId ?? 'an earlier event'}, not delivered again`;
    case 'filtered':
    case 'withheld':
      return `Received ${time}${from} and not stored: ${inSentence(reason)}`;
    default:
      return `Refused ${time}${from}: ${inSentence(reason)}`;
  }
}

/** A reason may have several sentences, and ends with a period then. */
const inSentence = (reason: string) => reason.replace(/\.$/, '');
