import type { PushedEvent } from '../../connections/connection-specifications.ts';
import type { NaturalKey } from '../../connections/polling-specification.ts';
import { idAt, type JsonObject, objectAt, textAt } from '../../request/json/json-access.ts';

/**
 * The Events API and the webhooks give one event different ids and different forms. These keys are made of what both
 * have. An event without an exact key is the same as another one with its key within this time.
 */
const WITHIN_SECONDS = 600;

/** A thing with an id and the time of its last change, by the type of its event. */
const THINGS: Readonly<Record<string, string>> = {
  commit_comment: 'comment',
  issue_comment: 'comment',
  issues: 'issue',
  pull_request: 'pull_request',
  pull_request_review: 'review',
  pull_request_review_comment: 'comment',
  release: 'release',
};
/** The Events API has shown little more than the ids of a pull request since October 2025. */
const ONLY_PUSHED_WITH_TIME: ReadonlySet<string> = new Set(['pull_request']);
/** A release is published once, and its time of change differs between the two forms. */
const WITHOUT_TIME: ReadonlySet<string> = new Set(['release']);

/** The key of an event of a webhook. */
export function pushedKey({ type, payload }: PushedEvent): NaturalKey | undefined {
  const name = type.split('.')[1] ?? '';
  const repository = idAt(payload, 'repository', 'id');
  if (repository === undefined) return undefined;
  return keyOf(name, {
    repository,
    person: idAt(payload, 'sender', 'id'),
    action: textAt(payload, 'action'),
    head: textAt(payload, 'after'),
    body: objectAt(payload),
  });
}

/** The key of an item of the Events API. `type` is that of the webhook. */
export function polledKey(item: unknown, type: string, action: string | undefined): NaturalKey | undefined {
  const repository = idAt(item, 'repo', 'id');
  if (repository === undefined) return undefined;
  return keyOf(type.split('.')[1] ?? '', {
    repository,
    person: idAt(item, 'actor', 'id'),
    action,
    head: textAt(item, 'payload', 'head'),
    body: objectAt(item, 'payload'),
  });
}

interface Facts {
  readonly repository: string;
  readonly person: string | undefined;
  readonly action: string | undefined;
  /** The commit that a push leads to. */
  readonly head: string | undefined;
  readonly body: JsonObject | undefined;
}

function keyOf(name: string, { repository, person, action, head, body }: Facts): NaturalKey | undefined {
  if (name === 'push') return exact(name, repository, textAt(body, 'ref'), textAt(body, 'before'), head);
  if (name === 'fork') return exact(name, idAt(body, 'forkee', 'id'));
  if (name === 'public') return exact(name, repository);
  if (name === 'star') return action === 'created' ? near(name, repository, person) : undefined;
  if (name === 'create' || name === 'delete') {
    const ref = textAt(body, 'ref');
    // The webhook of a new tag has the short name of the ref, like the Events API.
    return ref === undefined ? undefined : near(name, repository, textAt(body, 'ref_type'), ref);
  }
  const thing = Object.hasOwn(THINGS, name) ? THINGS[name] : undefined;
  if (thing === undefined) return undefined;
  const id = idAt(body, thing, 'id');
  if (WITHOUT_TIME.has(name)) return exact(name, id, action);
  if (ONLY_PUSHED_WITH_TIME.has(name)) return near(name, id, action);
  const changedAt = textAt(body, thing, 'updated_at');
  return changedAt === undefined ? near(name, id, action) : exact(name, id, action, changedAt);
}

function exact(...parts: readonly (string | undefined)[]): NaturalKey | undefined {
  return parts.includes(undefined) ? undefined : { key: parts.join(':') };
}

function near(...parts: readonly (string | undefined)[]): NaturalKey | undefined {
  const key = exact(...parts);
  return key && { ...key, withinSeconds: WITHIN_SECONDS };
}
