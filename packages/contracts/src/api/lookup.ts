import Type, { type Static } from 'typebox';
import { defineOperations } from '../operation.ts';
import type { Scope } from '../scope.ts';
import { nullable, one, UserId } from './common.ts';

/** The scope that a caller needs to find a thing of each kind: that of the operation which shows it. */
export const LOOKUP_SCOPES = {
  event: 'events:read',
  delivery: 'events:read',
  attempt: 'events:read',
  replay: 'events:read',
  bulk_job: 'events:read',
  schedule: 'events:read',
  endpoint: 'endpoints:read',
  source: 'sources:read',
  rejection: 'sources:read',
  connection: 'connections:read',
  oauth_app: 'connections:read',
  platform_webhook: 'connections:read',
  api_key: 'admin',
  audit_entry: 'admin',
} as const satisfies Record<string, Scope>;
export type LookupKind = keyof typeof LOOKUP_SCOPES;

/** A thing that a lookup found. */
export const FoundThing = Type.Object({
  kind: Type.Enum(Object.keys(LOOKUP_SCOPES) as LookupKind[]),
  id: Type.String(),
  userId: nullable(Type.String({ description: 'null: it belongs to no tenant' })),
  path: Type.String({ description: 'Path of the API that shows it' }),
  title: Type.String({ description: 'Name or description, for people' }),
  matchedBy: Type.Enum(
    [
      'id',
      'repeat',
      'provider_delivery_id',
      'repository',
      'subject',
      'payload',
      'name',
      'address',
      'account',
      'request_id',
    ],
    { description: '`repeat`: the id is that of a repeat, and the event that it repeats was found' },
  ),
});
export type FoundThing = Static<typeof FoundThing>;

/** The things that one service found. */
export const Findings = Type.Object({
  found: Type.Array(FoundThing),
  isComplete: Type.Boolean({
    description: 'false: only the newest events were searched, or the search ran out of time',
  }),
});
export type Findings = Static<typeof Findings>;

/** The newest events whose payloads a lookup searches, and the largest payload that it searches. */
export const LOOKUP_EVENTS = 2_000;
export const LOOKUP_PAYLOAD_BYTES = 65_536;

export const LookupText = Type.String({
  minLength: 1,
  maxLength: 200,
  description:
    "An id of Hookline, a provider's delivery id, the `X-Request-Id` of an audited call or a refused webhook, a repository, a subject, a name, a host, the address of a source, or a part of a payload as it was written (at least 4 characters)",
});

export const lookupOperations = defineOperations({
  lookUp: {
    owner: 'gateway',
    role: 'tenant',
    tag: 'Lookup',
    method: 'GET',
    path: '/api/lookup',
    scope: null,
    summary: 'Find anything by an id, a name or a part of a payload',
    description: `Tries the text as an id of Hookline, then as a provider's id of its delivery, and then searches: repositories and subjects of the newest ${LOOKUP_EVENTS} events, their payloads of up to ${LOOKUP_PAYLOAD_BYTES / 1024} KiB, names and hosts of endpoints, names of sources, connections, OAuth applications and schedules. The \`X-Request-Id\` of a call leads to its entries in the audit, and that of a refused webhook to its rejection; other requests are found by it in the logs only. Lists what the caller's scopes allow it to read. \`unanswered\` names the services that did not answer: the answers of the others are there.`,
    query: Type.Object({ q: LookupText, userId: Type.Optional(UserId) }),
    success: {
      status: 200,
      schema: one(
        Type.Intersect([
          Findings,
          Type.Object({
            unanswered: Type.Array(Type.Enum(['ingest', 'delivery', 'scheduler']), {
              description: 'Services that did not answer in time',
            }),
          }),
        ]),
      ),
    },
  },
});
