import { createTransport } from 'nodemailer';
import type { EmailChannel } from '../rules/alert-channels.ts';
import type { AlertMessage } from './alert-message.ts';
import { emailText } from './channels/email-text.ts';
import { failed, type Outcome, sent } from './outcome.ts';

export interface SmtpOptions {
  /** smtp://user:password@host:port or smtps://… */
  url: string;
  /** The sender: `hookline@example.com`, or with a name `Hookline <hookline@example.com>`. */
  from: string;
}

/** Sends e-mail by the SMTP server of the installation. */
export interface EmailSender {
  /** @param id of the notification: the same for every attempt, so that a mailbox can recognise a repeat */
  send(channel: EmailChannel, message: AlertMessage, id: string): Promise<Outcome>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 5_000;
const SOCKET_TIMEOUT_MS = 10_000;

export function createEmailSender({ url, from }: SmtpOptions): EmailSender {
  const transport = createTransport({
    url,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
  });
  return {
    async send({ to }, message, id) {
      const { subject, text } = emailText(message);
      try {
        const { rejected } = await transport.sendMail({
          from,
          to,
          subject,
          text,
          messageId: `<${id}@${domainOf(from)}>`,
          headers: { 'auto-submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        return rejected.length === 0
          ? sent()
          : { ...sent(), error: `The SMTP server refused ${rejected.join(', ')}` };
      } catch (error) {
        return failed(`The SMTP server did not take it: ${(error as Error).message}`);
      }
    },
    close: () => transport.close(),
  };
}

const domainOf = (from: string): string => /@([A-Za-z0-9.-]+)/.exec(from)?.[1] ?? 'hookline';
