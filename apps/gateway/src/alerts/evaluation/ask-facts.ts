import { type AlertCondition, MAX_FACTS, type Principal, type SubjectPresence } from '@hookline/contracts';
import { internalHeaders } from '@hookline/service';
import type { Upstream } from '../../forward/upstream.ts';
import type { AlertKind, Fact } from '../kinds/alert-kind.ts';

/** The services that know the facts. */
export interface FactServices {
  upstreams: Record<AlertKind['owner'], Upstream>;
  internalToken: string;
}

export interface Facts {
  facts: Fact[];
  /** false: there are more than were read, so that a subject that is missing may be among the others. */
  isComplete: boolean;
}

const CALLER: Principal = { role: 'operator', keyId: 'alerts' };
/** So many facts for the rules of one page. */
const MAX_PAGES = 20;

/**
 * Reads what may concern rules with these conditions.
 * @param tenants null: of all tenants
 * @throws ApiError `unavailable`, or an error with the status of the answer
 */
export async function askFacts(
  services: FactServices,
  kind: AlertKind,
  tenants: readonly string[] | null,
  conditions: readonly AlertCondition[],
  signal: AbortSignal,
): Promise<Facts> {
  const facts: Fact[] = [];
  let after: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await ask<{ data: unknown[]; next: string | null }>(
      services,
      kind,
      kind.operation.path,
      { ...kind.askFor(conditions), userIds: tenants, ...(after === undefined ? {} : { after }) },
      signal,
    );
    facts.push(...answer.data.map(kind.toFact));
    if (answer.next === null) return { facts, isComplete: true };
    after = answer.next;
  }
  return { facts, isComplete: false };
}

/** Whether subjects are still there, by their ids. */
export async function askPresence(
  services: FactServices,
  kind: AlertKind,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, SubjectPresence['state']>> {
  const states = new Map<string, SubjectPresence['state']>();
  if (!kind.presence) return states;
  for (let start = 0; start < ids.length; start += MAX_FACTS) {
    const body = { ids: ids.slice(start, start + MAX_FACTS) };
    const { data } = await ask<{ data: SubjectPresence[] }>(services, kind, kind.presence.path, body, signal);
    for (const { id, state } of data) states.set(id, state);
  }
  return states;
}

async function ask<Answer>(
  { upstreams, internalToken }: FactServices,
  { owner }: AlertKind,
  path: string,
  body: object,
  signal: AbortSignal,
): Promise<Answer> {
  const answer = await upstreams[owner].send({
    method: 'POST',
    path,
    headers: { ...internalHeaders(internalToken, CALLER), 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
    signal,
  });
  if (answer.statusCode !== 200) {
    await answer.body.dump();
    throw new Error(`the ${owner} service answered ${answer.statusCode} to ${path}`);
  }
  return (await answer.body.json()) as Answer;
}
