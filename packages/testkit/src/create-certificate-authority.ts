import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** In PEM format. */
export interface Certificate {
  cert: string;
  key: string;
}

export interface CertificateRequest {
  /** Host names and IP addresses of the certificate. Default `localhost` and 127.0.0.1. */
  hosts?: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
}

export interface CertificateAuthority {
  /** The authority's certificate in PEM format, for the trust store of a client or a server. */
  cert: string;
  /** Issues a certificate for a server or a client. */
  issue(request?: CertificateRequest): Promise<Certificate>;
}

const DAY_MS = 86_400_000;

/** A new certificate authority for one test. Its keys are never stored. */
export async function createCertificateAuthority(): Promise<CertificateAuthority> {
  // Clients would confuse two authorities of the same name.
  const name = `Hookline test authority ${randomUUID()}`;
  const authority = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
    ],
  });
  return {
    cert: authority.cert,
    async issue({ hosts = ['localhost', '127.0.0.1'], notBefore, notAfter } = {}) {
      const made = await generate([{ name: 'commonName', value: hosts[0] ?? 'nobody' }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ca: { key: authority.private, cert: authority.cert },
        notBeforeDate: notBefore ?? new Date(Date.now() - DAY_MS),
        notAfterDate: notAfter ?? new Date(Date.now() + DAY_MS),
        extensions: [
          { name: 'basicConstraints', cA: false },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          {
            name: 'subjectAltName',
            altNames: hosts.map((host) =>
              isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host },
            ),
          },
        ],
      });
      return { cert: made.cert, key: made.private };
    },
  };
}
