/**
 * The payloads of GitHub's events, for `feed.on('github.push', …)`. Import it once, anywhere:
 *
 * ```ts
 * import '@hookline/client/github';
 * ```
 *
 * It has types only, and needs the package `@octokit/openapi-webhooks-types`.
 */
import type { operations } from '@octokit/openapi-webhooks-types';

type PayloadOf<Operation> = Operation extends {
  requestBody: { content: { 'application/json': infer Payload } };
}
  ? Payload
  : unknown;

type Underscores<Text extends string> = Text extends `${infer Head}-${infer Rest}`
  ? `${Head}_${Underscores<Rest>}`
  : Text;

/** GitHub's name of an operation (`workflow-job/completed`) as event type (`github.workflow_job.completed`). */
type TypeOf<Id extends string> = Id extends `${infer Event}/${infer Action}`
  ? `github.${Underscores<Event>}.${Underscores<Action>}`
  : `github.${Underscores<Id>}`;

/** The payload of each event of GitHub, by event type. */
export type GithubEvents = {
  [Id in keyof operations & string as TypeOf<Id>]: PayloadOf<operations[Id]>;
};

declare module './event-map.ts' {
  interface EventMap extends GithubEvents {}
}
