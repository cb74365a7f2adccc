import { formatHostPattern, parseHostPattern } from '../core/host-pattern.ts';
import { isHostPort } from '../core/host-port.ts';
import { type Kind, list, rejectValue } from './option-kind.ts';

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

/** Where a server listens that is no HTTP server. */
export const hostPort: Kind<string> = {
  placeholder: 'host:port',
  parse: (given, where) => addressOf(given.at(-1), where),
  read: addressOf,
};

function addressOf(given: unknown, where: string): string {
  if (typeof given === 'string' && isHostPort(given) && URL.canParse(`tcp://${given}`)) return given;
  throw rejectValue(where, given, 'host:port', 'for example 127.0.0.1:8085');
}
