import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { FeedEvent } from '@hookline/contracts';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { chooseAccount } from '../config/choose-account.ts';
import { readConfig } from '../config/config-file.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { describeForwarding, hasFailed } from '../listen/describe-forwarding.ts';
import type { Forwarding } from '../listen/forwarder.ts';
import { readListenSecret } from '../listen/listen-secret.ts';
import { loadRequest } from '../listen/load-request.ts';
import { localCurl } from '../listen/local-curl.ts';
import { type OriginalRequest, toLocalRequest } from '../listen/local-request.ts';
import { describeRecord, readRecord } from '../listen/record.ts';
import { sendLocal } from '../listen/send-local.ts';
import { readTargets, requireLoopback, type Target, targetOf } from '../listen/targets.ts';
import { noteCall } from '../operations/command-calls.ts';
import { printAnswer } from '../output/print-answer.ts';
import { safeJson, safeLine } from '../terminal/safe-text.ts';
import { collect, readDuration } from './feed-options.ts';

interface ReplayFlags {
  forward?: string[];
  from?: string;
  userId?: string;
  insecure?: boolean;
  answerTimeout?: number;
}

export function registerReplay(command: Command, context: Context): void {
  noteCall(command, { operation: 'replayWebhook' });
  command
    .argument('[id...]', 'events, deliveries, or the provider’s ids of deliveries')
    .option(
      '--forward <target>',
      "send to this machine instead: http://localhost:4000/hook, or 'github.*=http://…'",
      collect,
    )
    .option('--from <file>', 'send what "hookline listen --record" wrote; needs --forward and no gateway')
    .option('--user-id <id>', 'operators: the tenant')
    .option('--insecure', 'accept any certificate of a local server; only for this machine')
    .option(
      '--answer-timeout <duration>',
      'how long the local server may take for an answer (default 30s)',
      readDuration,
    )
    .addHelpText(
      'after',
      `
Without --forward the gateway sends the events again to the endpoints that they were sent to. For many at once, see
"hookline replays create" and "hookline dead-letters replay-all". The exit code is 1 if one of them failed.`,
    )
    .action(
      context.act(async (ids: string[]) => {
        const flags: ReplayFlags = command.opts();
        if (flags.from !== undefined) return await replayFile(flags.from, ids, flags, command, context);
        if (ids.length === 0) throw new CliError(EXIT.usage, 'Name what to replay, or a file with --from.');
        if (flags.forward !== undefined) return await replayHere(ids, flags, command, context);
        const gateway = context.gateway(command);
        const query = flags.userId === undefined ? {} : { userId: flags.userId };
        for (const deliveryId of ids) {
          const answer = await gateway.call('replayWebhook', { params: { deliveryId }, query });
          printAnswer(answer, context.terminal, context.options(command));
        }
        return EXIT.ok;
      }),
    );
}

async function replayHere(ids: readonly string[], flags: ReplayFlags, command: Command, context: Context) {
  const gateway = context.reader(command);
  const send = createSender(flags, gateway.profile, command, context);
  const query = flags.userId === undefined ? {} : { userId: flags.userId };
  for (const id of ids) {
    if (!id.startsWith('evt_'))
      throw new CliError(EXIT.usage, `${safeLine(id)} is not the id of an event (evt_…).`);
    const { data } = await gateway.call('getEvent', { params: { id }, query });
    const { subject, action, repository, providerDeliveryId, payload, ...rest } = data;
    const event: FeedEvent = {
      ...rest,
      ...(subject === null ? {} : { subject }),
      ...(repository === null ? {} : { repository }),
      data: payload,
    };
    await send(event, await loadRequest(gateway, event));
  }
  return send.exitCode();
}

async function replayFile(
  file: string,
  ids: readonly string[],
  flags: ReplayFlags,
  command: Command,
  context: Context,
) {
  if (flags.forward === undefined) throw new CliError(EXIT.usage, '--from needs --forward.');
  const send = createSender(flags, profileOf(command, context), command, context);
  const input = createReadStream(file);
  const failed = new Promise<never>((_, reject) =>
    input.on('error', (error) =>
      reject(new CliError(EXIT.usage, `${file} cannot be read: ${error.message}`)),
    ),
  );
  const readAll = async () => {
    let number = 0;
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      let record: ReturnType<typeof readRecord>;
      try {
        record = readRecord(line);
      } catch (error) {
        throw new CliError(EXIT.error, `${file}, line ${number}: ${(error as Error).message}.`);
      }
      if (record === undefined || (ids.length > 0 && !ids.includes(record.event.id))) continue;
      await send(record.event, record.original);
    }
  };
  await Promise.race([readAll(), failed]);
  return send.exitCode();
}

/** The profile whose listen secret signs. A replay of a file needs no gateway, and so no profile. */
function profileOf(command: Command, context: Context): string | undefined {
  try {
    return chooseAccount(
      readConfig(context.paths.config),
      context.terminal.env,
      context.options(command).profile,
    ).profile;
  } catch {
    return undefined;
  }
}

/** Sends requests one after the other and shows each result. */
function createSender(flags: ReplayFlags, profile: string | undefined, command: Command, context: Context) {
  const { terminal, paths } = context;
  const targets: readonly Target[] = readTargets(flags.forward ?? []);
  if (flags.insecure === true) requireLoopback(targets);
  const { secret } = readListenSecret(paths.config, profile, terminal.env);
  const { json: isJson = false, curl: isCurl = false } = context.options(command);
  let sent = 0;
  let failures = 0;
  const send = async (event: FeedEvent, original: OriginalRequest): Promise<void> => {
    const target = targetOf(targets, event.type);
    const forwarding: Forwarding = {
      event,
      cursor: undefined,
      target,
      state: 'skipped',
      attempts: 1,
      original,
    };
    if (target !== undefined) {
      const { id, type } = event;
      const timestampSeconds = Math.floor(Date.now() / 1_000);
      forwarding.request = toLocalRequest(original, target.url, { id, type, secret, timestampSeconds });
      sent++;
      if (isCurl) {
        terminal.out(`${localCurl(forwarding.request)}\n`);
        return;
      }
      forwarding.result = await sendLocal(forwarding.request, {
        timeoutMs: flags.answerTimeout ?? 30_000,
        insecure: flags.insecure === true,
        signal: terminal.stopped,
      });
      forwarding.state = 'done';
      if (hasFailed(forwarding)) failures++;
    }
    terminal.out(
      isJson
        ? `${safeJson(describeRecord(forwarding))}\n`
        : `${describeForwarding(forwarding, terminal.paintOut)}\n`,
    );
  };
  return Object.assign(send, {
    exitCode() {
      if (sent === 0) terminal.err('Nothing was sent.\n');
      return failures === 0 ? EXIT.ok : EXIT.error;
    },
  });
}
