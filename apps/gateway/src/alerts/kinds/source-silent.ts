import { alertFactOperations, type SilentSource } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { duration, nameOf } from './texts.ts';

const DEFAULT_HOURS = 24;

export const sourceSilent = defineKind<'source_silent', SilentSource>({
  type: 'source_silent',
  owner: 'ingest',
  operation: alertFactOperations.listSilentSources,
  presence: alertFactOperations.listSourcePresence,
  complete: (condition) => ({ ...condition, hours: condition.hours ?? DEFAULT_HOURS }),
  askFor: (conditions) => ({ hours: Math.min(...conditions.map(({ hours = DEFAULT_HOURS }) => hours)) }),
  subjectOf: ({ id, name, provider, userId }) => ({ type: 'source', id, name: name ?? provider, userId }),
  covers: ({ sourceIds }, { id }) => sourceIds === undefined || sourceIds.includes(id),
  measure({ hours = DEFAULT_HOURS }, { provider, lastReceivedAt, silentSeconds }) {
    if (silentSeconds < hours * 3_600) return undefined;
    return { provider, lastReceivedAt, silentHours: Math.floor(silentSeconds / 360) / 10 };
  },
  describe: (subject, { lastReceivedAt, silentHours = 0 }) => ({
    firing: `${nameOf('source', subject)} has received no event ${lastReceivedAt == null ? 'since it was created, ' : ''}for ${duration(silentHours * 3_600)}`,
    recovered: `${nameOf('source', subject)} receives events again`,
    nextStep:
      "See whether the provider still has the source's address, whether its last requests were refused, and whether anything happened there at all",
  }),
});
