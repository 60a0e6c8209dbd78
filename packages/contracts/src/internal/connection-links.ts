import Type from 'typebox';
import { message, nullable, one } from '../api/common.ts';
import { defineOperations } from '../operation.ts';

const common = {
  owner: 'scheduler',
  role: 'operator',
  tag: 'Internal',
  method: 'POST',
  scope: null,
} as const;
const Secret = Type.String({ minLength: 1, maxLength: 100 });
/** In the body, because addresses are logged. */
const ofLink = Type.Object({ link: Secret });
const ofFlow = Type.Object({ state: Secret });
const maker = (nothing: string) => ({
  status: 200 as const,
  schema: one(Type.Object({ keyId: nullable(Type.String({ description: `null: ${nothing}` })) })),
});

/**
 * What the gateway asks of the scheduler about links that connect accounts, and about the flows that are under way. Not
 * part of the public API.
 */
export const connectionLinkOperations = defineOperations({
  findLinkMaker: {
    ...common,
    path: '/internal/connection-links/maker',
    summary: 'Tell which API key or session made a link that still works',
    body: ofLink,
    success: maker('there is no such link'),
  },

  endLink: {
    ...common,
    path: '/internal/connection-links/end',
    summary: 'End a link. One that does not work any more is a success as well',
    body: ofLink,
    success: { status: 200, schema: message },
  },

  findFlowMaker: {
    ...common,
    path: '/internal/connection-flows/maker',
    summary: 'Tell which API key or session began a flow that still works',
    body: ofFlow,
    success: maker('there is no such flow'),
  },

  endFlow: {
    ...common,
    path: '/internal/connection-flows/end',
    summary: 'End a flow. One that does not work any more is a success as well',
    body: ofFlow,
    success: { status: 200, schema: message },
  },
});
