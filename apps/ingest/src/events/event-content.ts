import { hash } from 'node:crypto';
import type { HooklineEvent } from '@hookline/contracts';

/** The content of an event, without the time and way of its receipt. */
export interface EventContent {
  readonly type: string;
  readonly subject: string | undefined;
  /** The time that an application gave. A provider may change the time in its retries. */
  readonly time: string | undefined;
  /** SHA-256 of the payload, in hex. */
  readonly sha256: string;
}

/** The differences between two events with the same key, and the hashes of their payloads. */
export interface OtherContent {
  readonly differs: readonly (keyof EventContent)[];
  readonly firstSha256: string;
  readonly sha256: string;
}

export function contentOf({ attributes, payload }: HooklineEvent): EventContent {
  const { type, subject, time, receivedat, via, payloadhash } = attributes;
  return {
    type,
    subject,
    time: via === 'api' && time !== receivedat ? time : undefined,
    sha256: payloadhash ?? hash('sha256', payload, 'hex'),
  };
}

const MEMBERS = ['type', 'subject', 'time', 'sha256'] as const;

/** @returns undefined when the contents are equal */
export function compareContent(first: EventContent, repeat: EventContent): OtherContent | undefined {
  const differs = MEMBERS.filter((name) => first[name] !== repeat[name]);
  return differs.length === 0 ? undefined : { differs, firstSha256: first.sha256, sha256: repeat.sha256 };
}

/** The differences as a sentence that follows another sentence. Empty when there are none. */
export function describeOtherContent(other: OtherContent | undefined): string {
  if (other === undefined) return '';
  const { differs, firstSha256, sha256 } = other;
  const names = differs.map((name) => (name === 'sha256' ? 'body' : name)).join(', ');
  return ` Same id, other content (${names}): the SHA-256 of the first body is ${firstSha256}, of this one ${sha256}.`;
}
