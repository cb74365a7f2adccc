const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text from bytes; undefined when they are no UTF-8, which would otherwise come out as replacement characters. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
