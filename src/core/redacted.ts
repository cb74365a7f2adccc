/** What stands wherever a value is not shown. Sent back to the management API in a PATCH, it leaves the stored value as it is. */
export const redacted = '***redacted***';
