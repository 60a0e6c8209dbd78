import { findUnknownEventTypes, UNKNOWN_EVENT_TYPE, type Warning } from '@hookline/contracts';
import type { FastifyReply } from 'fastify';
import { abortUnlessWrite } from './abort-on-close.ts';
import { askUpstream } from './ask-upstream.ts';
import { askOwner, type ForwardedCall } from './forward-operation.ts';
import { sendAnswer } from './send-answer.ts';
import type { SubscribedPattern } from './subscribed-patterns.ts';
import type { Upstream } from './upstream.ts';

interface Answer {
  data: { userId?: string | null };
  warnings?: Warning[];
}

/** Extends the text of the owner's answer. Parsing it could lose digits of a number. */
function withMore(text: string, { warnings: known }: Answer, more: readonly Warning[]): string {
  if (more.length === 0) return text;
  const list = JSON.stringify(more);
  if (known === undefined) return `${text.slice(0, -1)},"warnings":${list}}`;
  // The owner's warnings are the last member.
  return `${text.slice(0, -2)},${list.slice(1)}}`;
}

/**
 * Forwards an operation to its owner, and adds ingest's warnings about the event types of the body to a success. The owner
 * has completed the operation by then, so if ingest does not answer, a warning says so.
 */
export async function forwardWithWarnings(
  call: ForwardedCall,
  patterns: readonly SubscribedPattern[],
  ingest: Upstream,
): Promise<FastifyReply> {
  const { reply, operation, request } = call;
  const signal = abortUnlessWrite(operation, reply);
  try {
    const answer = await askOwner(call, signal);
    if (answer.statusCode !== operation.success.status || patterns.length === 0)
      return sendAnswer(reply, answer);
    const text = await answer.body.text();
    const body = JSON.parse(text) as Answer;
    const userId =
      body.data.userId ??
      (request.body as { userId?: string } | null)?.userId ??
      (request.query as { userId?: string }).userId;
    return reply
      .code(answer.statusCode)
      .type('application/json; charset=utf-8')
      .send(withMore(text, body, await warn(userId)));
  } catch (error) {
    if (signal.aborted) return reply.hijack();
    throw error;
  }

  async function warn(userId: string | undefined): Promise<Warning[]> {
    const { path } = findUnknownEventTypes;
    const { internalToken, principal } = call;
    const named = [...new Set(patterns.map(({ pattern }) => pattern))];
    const question = { upstream: ingest, path, internalToken, principal, request, signal };
    const answer = await askUpstream({ ...question, body: { patterns: named, userId } }).catch(
      () => undefined,
    );
    if (answer?.status !== 200) {
      const message = 'It is unknown whether there are events of these types: ingest did not answer';
      return patterns.slice(0, 1).map((each) => ({ code: UNKNOWN_EVENT_TYPE, path: each.path, message }));
    }
    const { data } = answer.body as { data: { pattern: string; message: string }[] };
    return data.flatMap(({ pattern, message }) => {
      const first = patterns.find((each) => each.pattern === pattern);
      return first ? [{ code: UNKNOWN_EVENT_TYPE, path: first.path, message }] : [];
    });
  }
}
