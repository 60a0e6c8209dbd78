import type { PeerCertificate, TLSSocket } from 'node:tls';
import { type AddressGuard, createGuardedConnector } from '@hookline/outbound';
import type { AttemptFailure } from '../../pipeline/delivery/attempt-errors.ts';
import { classifyError } from '../../pipeline/sending/classify-outcome.ts';
import type { ClientCertificate } from '../../pipeline/sending/connection-pools.ts';

export interface CertificateInspection {
  url: URL;
  guard: AddressGuard;
  /** For look-up, TCP and TLS together. */
  timeoutMs: number;
  clientCertificate: ClientCertificate | undefined;
  /** PEM. Replaces the certificate authorities of the machine. */
  certificateAuthorities: string | undefined;
}

export interface CertificateFacts {
  /** `TLSv1.3` */
  protocol: string | null;
  subject: string;
  issuer: string;
  validTo: string;
  daysLeft: number;
  /** From the receiver's own certificate to the last one that the receiver sent or that is known here. */
  chain: { subject: string; issuer: string; validTo: string }[];
  /** Why the certificate is not trusted. */
  failure: AttemptFailure | undefined;
}

const DAY_MS = 86_400_000;
const MAX_CHAIN = 10;
const MAX_NAME_LENGTH = 200;

/**
 * Reads the certificate of an https address over a connection that carries no request. The certificate may be one that
 * Hookline would not send requests to.
 * @throws the error of the connection
 */
export function inspectCertificate(inspection: CertificateInspection): Promise<CertificateFacts> {
  const { url, guard, timeoutMs, clientCertificate, certificateAuthorities } = inspection;
  guard.checkUrl(url);
  const ca = clientCertificate?.ca ?? certificateAuthorities;
  const options = {
    timeout: timeoutMs,
    // The certificate is only inspected, and nothing is sent over the connection.
    rejectUnauthorized: false,
    maxCachedSessions: 0,
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate ? { cert: clientCertificate.cert, key: clientCertificate.key } : {}),
  };
  const connect = createGuardedConnector(guard, options);
  return new Promise((resolve, reject) => {
    connect(
      { hostname: url.hostname, host: url.host, protocol: url.protocol, port: url.port || '443' },
      (error, socket) => {
        if (error) {
          reject(error);
          return;
        }
        const facts = readFacts(socket as TLSSocket);
        socket.on('error', () => {});
        socket.destroy();
        resolve(facts);
      },
    );
  });
}

function readFacts(socket: TLSSocket): CertificateFacts {
  const leaf = socket.getPeerCertificate(true);
  const chain: CertificateFacts['chain'] = [];
  const seen = new Set<string>();
  for (
    let each = leaf;
    each?.fingerprint256 && !seen.has(each.fingerprint256) && chain.length < MAX_CHAIN;
    each = each.issuerCertificate
  ) {
    seen.add(each.fingerprint256);
    chain.push({ subject: nameOf(each.subject), issuer: nameOf(each.issuer), validTo: isoOf(each.valid_to) });
  }
  return {
    protocol: socket.getProtocol(),
    subject: nameOf(leaf.subject),
    issuer: nameOf(leaf.issuer),
    validTo: isoOf(leaf.valid_to),
    daysLeft: Math.floor((Date.parse(leaf.valid_to) - Date.now()) / DAY_MS),
    chain,
    failure: socket.authorized ? undefined : classifyError(toError(socket.authorizationError)),
  };
}

const isoOf = (time: string) => new Date(time).toISOString();

/** The type declares an Error, but Node gives a string: an error code of OpenSSL or Node. */
const toError = (code: unknown) => Object.assign(new Error(String(code)), { code: String(code) });

function nameOf(subject: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(subject ?? {}).map(([name, value]) => `${name}=${String(value)}`);
  return parts.join(', ').slice(0, MAX_NAME_LENGTH);
}
