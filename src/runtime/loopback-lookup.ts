import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { isLoopbackHost } from '../core/loopback.ts';

const loopback = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** `localhost` and its subdomains are this machine whatever the resolver says, on IPv4 and IPv6. */
export const loopbackLookup: LookupFunction = (hostname, options, callback) => {
  if (!isLoopbackHost(hostname)) lookup(hostname, options, callback);
  else if (options.all) callback(null, loopback);
  else callback(null, '127.0.0.1', 4);
};
