const hostPort = /^(?:\w[\w-]*(?:\.\w[\w-]*)*\.?|\[[0-9a-fA-F:]{2,}\]):(\d{1,5})$/;

/** `host:port`, the host a name, an IPv4 address or an IPv6 address in brackets. */
export function isHostPort(text: string): boolean {
  const port = hostPort.exec(text)?.[1];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}
