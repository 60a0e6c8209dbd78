import { type Database, statement } from '@hookline/db';
import type { ConnectionSettings } from '@hookline/db/scheduler';
import type { FlowErrorCode } from '../accounts/callback-error.ts';

export interface Flow {
  tenant: string;
  provider: string;
  appId: string;
  /** Sealed. */
  verifier: string | null;
  redirectUri: string;
  returnUrl: string | null;
  connectionId: string | null;
  scopes: string[];
  userScopes: string[];
  settings: ConnectionSettings;
  origins: Record<string, string>;
}

const WORKS = 'used_at is null and expires_at > hookline_now()';
const ENDED_WITH_KEY = 'link_ended' satisfies FlowErrorCode;

const take = statement(
  { stateHash: 'text', browserHash: 'text', provider: 'text' },
  ({ stateHash, browserHash, provider }) => `
    update oauth_flows set used_at = hookline_now()
    where state_hash = decode(${stateHash}, 'hex') and browser_hash = decode(${browserHash}, 'hex')
      and provider = ${provider} and ${WORKS}
    returning tenant_id as tenant, provider, app_id as "appId", verifier, redirect_uri as "redirectUri",
              return_url as "returnUrl", connection_id as "connectionId", scopes, user_scopes as "userScopes", settings,
              origins`,
);

/** Takes a flow, once, and only in the browser that began it. */
export async function takeFlow(
  database: Database,
  flow: { stateHash: Buffer; browserHash: Buffer; provider: string },
): Promise<Flow | undefined> {
  const { rows } = await take.run<Flow>(database, {
    stateHash: flow.stateHash.toString('hex'),
    browserHash: flow.browserHash.toString('hex'),
    provider: flow.provider,
  });
  return rows[0];
}

const findMaker = statement(
  { stateHash: 'text' },
  ({ stateHash }) =>
    `select key_id as "keyId" from oauth_flows where state_hash = decode(${stateHash}, 'hex') and ${WORKS}`,
);

/** The API key or the session that began a flow. Undefined: there is no flow that still works. */
export async function findFlowMaker(database: Database, stateHash: Buffer): Promise<string | undefined> {
  const { rows } = await findMaker.run<{ keyId: string }>(database, { stateHash: stateHash.toString('hex') });
  return rows[0]?.keyId;
}

const end = statement(
  { stateHash: 'text' },
  ({ stateHash }) => `
    update oauth_flows set used_at = hookline_now(), failed_reason = '${ENDED_WITH_KEY}'
    where state_hash = decode(${stateHash}, 'hex') and ${WORKS}`,
);

/** Ends a flow whose API key or session has ended. */
export async function endFlow(database: Database, stateHash: Buffer): Promise<void> {
  await end.run(database, { stateHash: stateHash.toString('hex') });
}

const look = statement(
  { stateHash: 'text' },
  ({ stateHash }) => `
    select provider, used_at is not null as "isUsed", expires_at <= hookline_now() as "isExpired",
           coalesce(failed_reason = '${ENDED_WITH_KEY}', false) as "hasEndedWithKey"
    from oauth_flows where state_hash = decode(${stateHash}, 'hex')`,
);

export interface LookedAtFlow {
  provider: string;
  isUsed: boolean;
  isExpired: boolean;
  /** Whether the API key or the session ended with which it began. */
  hasEndedWithKey: boolean;
}

/** Why a flow cannot be taken. */
export async function lookAtFlow(database: Database, stateHash: Buffer): Promise<LookedAtFlow | undefined> {
  const { rows } = await look.run<LookedAtFlow>(database, {
    stateHash: stateHash.toString('hex'),
  });
  return rows[0];
}

const fail = statement(
  { stateHash: 'text', reason: 'text' },
  ({ stateHash, reason }) =>
    `update oauth_flows set failed_reason = ${reason} where state_hash = decode(${stateHash}, 'hex')`,
);

export async function noteFlowFailure(database: Database, stateHash: Buffer, reason: string): Promise<void> {
  await fail.run(database, { stateHash: stateHash.toString('hex'), reason });
}
