import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fail, fileProblem } from '../errors.ts';

/**
 * Reads a PEM file with one certificate or more. Node passes over what it cannot read, and each delivery would fail later on.
 * @throws FILE_UNREADABLE, INVALID_OPTION
 */
export async function readCertificate(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fail('FILE_UNREADABLE', { file, reason: fileProblem(error) });
  });
  if (hasCertificates(text)) return text;
  throw fail('INVALID_OPTION', {
    option: 'ca',
    value: file,
    expected: 'a file with a PEM certificate',
    hint: 'such a file has lines from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----; openssl x509 -inform der turns DER into PEM',
  });
}

/** Whether there is a certificate, and nothing that only looks like one. */
export function hasCertificates(text: string): boolean {
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return certificates.length > 0 && certificates.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    new X509Certificate(pem);
    return true;
  } catch {
    return false;
  }
}
