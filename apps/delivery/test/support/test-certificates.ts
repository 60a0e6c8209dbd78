import { generate } from 'selfsigned';

/** PEM. */
export interface TestCertificate {
  cert: string;
  key: string;
}

export interface TestCertificateOptions {
  /** Default: it signs itself. */
  issuer?: TestCertificate;
  /** May sign others. */
  isAuthority?: boolean;
  notBefore?: Date;
  notAfter?: Date;
  /** Default: the names and addresses of loopback. */
  dnsNames?: readonly string[];
}

/** A certificate for a test, and its key: made anew, so that none is in the repository. */
export async function createTestCertificate(
  name: string,
  options: TestCertificateOptions = {},
): Promise<TestCertificate> {
  const { issuer, isAuthority = false, notBefore, notAfter } = options;
  const names = options.dnsNames ?? ['localhost'];
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...(issuer ? { ca: issuer } : {}),
    ...(notBefore ? { notBeforeDate: notBefore } : {}),
    ...(notAfter ? { notAfterDate: notAfter } : {}),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(isAuthority ? [{ name: 'keyUsage' as const, keyCertSign: true, digitalSignature: true }] : []),
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...(options.dnsNames ? [] : [{ type: 7 as const, ip: '127.0.0.1' }]),
        ],
      },
    ],
  });
  return { cert, key };
}
