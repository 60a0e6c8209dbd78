import { alertFactOperations, type LostConnection } from '@hookline/contracts';
import { defineKind } from './alert-kind.ts';
import { nameOf } from './texts.ts';

export const connectionNeedsReauth = defineKind<'connection_needs_reauth', LostConnection>({
  type: 'connection_needs_reauth',
  owner: 'scheduler',
  operation: alertFactOperations.listLostConnections,
  presence: alertFactOperations.listConnectionPresence,
  complete: (condition) => condition,
  subjectOf: ({ id, name, provider, userId }) => ({
    type: 'connection',
    id,
    name: name === null ? provider : `${provider}: ${name}`,
    userId,
  }),
  covers: ({ connectionIds }, { id }) => connectionIds === undefined || connectionIds.includes(id),
  measure: (_condition, { provider, status }) => ({ provider, status }),
  describe: (subject) => ({
    firing: `${nameOf('connection', subject)} has no valid token any more`,
    recovered: `${nameOf('connection', subject)} no longer needs to be connected again`,
    nextStep: 'Let its owner connect the account again: POST /api/connections/links makes a link for that',
  }),
});
