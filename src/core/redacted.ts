/** What stands wherever a value is not shown. Sent back to the management API in a PATCH, it leaves the stored value as it is. */
export const redacted = '***redacted***';

/** Names of headers whose values are secret by their kind. Signatures are not: without them a delivery could not be sent again as it was. */
const secretName =
  /auth|cookie|token|secret|passw|credential|session|jwt|assertion|bypass|api[-_]?key|(?:^|(?<!idempotency)[-_])key$/i;
export const isSecretName = (name: string): boolean => secretName.test(name);
