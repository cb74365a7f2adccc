/** `host:port`, the host a name, an IPv4 address or an IPv6 address in brackets. */
export function isHostPort(text: string): boolean {
  const port = /^(?:[^\s:/@[\]]+|\[[0-9a-fA-F:]+\]):(\d{1,5})$/.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
