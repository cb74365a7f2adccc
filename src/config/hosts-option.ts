import { formatHostPattern, parseHostPattern } from '../core/host-pattern.ts';
import { isHostPort } from '../core/host-port.ts';
import { type Kind, list, rejectValue, text } from './option-kind.ts';

const texts = list('host');

/** Hosts that deliveries may go to, in one spelling. */
export const hosts: Kind<string[]> = {
  ...texts,
  parse: (given, where) => texts.parse(given, where).map((text) => hostOf(text, where)),
  read: (value, where) => texts.read(value, where).map((text) => hostOf(text, where)),
};

function hostOf(text: string, where: string): string {
  const pattern = parseHostPattern(text);
  if (pattern) return formatHostPattern(pattern);
  throw rejectValue(
    where,
    text,
    'the bare name of a host',
    'for example hooks.example.com, hooks.example.com:8443 or *.example.com',
  );
}

const address = text('host:port');

/** Where a server listens that is no HTTP server. */
export const hostPort: Kind<string> = {
  ...address,
  parse: (given, where) => addressOf(address.parse(given, where), where),
  read: (value, where) => addressOf(address.read(value, where), where),
};

function addressOf(given: string, where: string): string {
  if (isHostPort(given) && URL.canParse(`tcp://${given}`)) return given;
  throw rejectValue(where, given, 'host:port', 'for example 127.0.0.1:8085');
}
