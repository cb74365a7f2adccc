import { formatHostPattern, parseHostPattern } from '../core/host-pattern.ts';
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
