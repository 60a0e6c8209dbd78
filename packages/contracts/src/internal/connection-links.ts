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
/** In the body, because addresses are logged. */
const body = Type.Object({ link: Type.String({ minLength: 1, maxLength: 100 }) });

/** What the gateway asks of the scheduler about links that connect accounts. Not part of the public API. */
export const connectionLinkOperations = defineOperations({
  findLinkMaker: {
    ...common,
    path: '/internal/connection-links/maker',
    summary: 'Tell which API key or session made a link that still works',
    body,
    success: {
      status: 200,
      schema: one(
        Type.Object({ keyId: nullable(Type.String({ description: 'null: there is no such link' })) }),
      ),
    },
  },

  endLink: {
    ...common,
    path: '/internal/connection-links/end',
    summary: 'End a link. One that does not work any more is a success as well',
    body,
    success: { status: 200, schema: message },
  },
});
