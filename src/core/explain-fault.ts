import type { FaultMatch, FaultRule, Injection } from './fault.ts';

/** What a rule does, in one sentence: "the first 2 attempts of product.updated answer 503 without reaching the handler". */
export function explainFault({ inject, match, first, every, probability }: FaultRule): string {
  const { noun, verb, rest } = sentence(inject);
  const whose = describeMatch(match);
  const one = `${noun}${whose} ${withS(verb)} ${rest}`;
  const many = `${withS(noun)}${whose} ${verb} ${rest}`;
  if (first !== undefined) return first === 1 ? `the first ${one}` : `the first ${first} ${many}`;
  if (every !== undefined && every > 1) return `every ${ordinal(every)} ${one}`;
  if (probability !== undefined && probability < 1) return `${percent(probability)} of the ${many}`;
  return `every ${one}`;
}

interface Sentence {
  noun: 'attempt' | 'delivery' | 'activation' | 'API call';
  /** As it goes with the plural. */
  verb: string;
  rest: string;
}

const attempt = (verb: string, rest: string): Sentence => ({ noun: 'attempt', verb, rest });
const unreached = 'without reaching the handler';

function sentence(inject: Injection): Sentence {
  switch (inject.kind) {
    case 'status':
      if (inject.reached) return attempt('reach', `the handler, whose answer is replaced by ${inject.status}`);
      return attempt('answer', `${inject.status} ${unreached}`);
    case 'timeout':
      return inject.reached
        ? attempt('reach', 'the handler, whose answer is taken as too late')
        : attempt('time', `out ${unreached}`);
    case 'reset':
      if (inject.reached) return attempt('reach', 'the handler, and then the connection is reset');
      return attempt('end', `in a connection reset ${unreached}`);
    case 'delay':
      return attempt('start', `${shortTime(inject.delayMs)} late`);
    case 'corruptSignature':
      return attempt('carry', 'signatures with a wrong digit');
    case 'missingSignature':
      return attempt('carry', 'no signature');
    case 'staleSecret':
      return attempt('use', "a secret that is not the subscription's");
    case 'oversizedBody':
      return attempt('carry', `a body padded to ${inject.bytes} bytes`);
    case 'duplicate': {
      const when = inject.delayMs === undefined ? 'a moment' : shortTime(inject.delayMs);
      return { noun: 'delivery', verb: 'return', rest: `as a duplicate ${when} later` };
    }
    case 'reorder':
      return {
        noun: 'delivery',
        verb: 'let',
        rest: `${inject.places} later ${inject.places === 1 ? 'one' : 'ones'} pass`,
      };
    case 'activationDelay':
      return { noun: 'activation', verb: 'take', rest: shortTime(inject.delayMs) };
    case 'apiStatus':
      return { noun: 'API call', verb: 'answer', rest: String(inject.status) };
    case 'apiDelay':
      return { noun: 'API call', verb: 'answer', rest: `${shortTime(inject.delayMs)} late` };
  }
}

function describeMatch({ events, subscription, attempt, method, path }: FaultMatch): string {
  const types = events?.map((type) => type.replace(/^com\.akeneo\.(?:pim\.v1\.)?/, '')).join(' or ');
  const calls = [method, path === undefined ? undefined : `${path}…`].filter((part) => part !== undefined).join(' ');
  return [
    attempt === undefined ? '' : ` with number ${attempt}`,
    types === undefined ? '' : ` of ${types}`,
    subscription === undefined ? '' : ` to ${subscription}`,
    calls === '' ? '' : ` to ${calls}`,
  ].join('');
}

/** The plural of a noun, the singular of a verb. */
const withS = (word: string): string => `${word.replace(/y$/, 'ie').replace(/ch$/, 'che')}s`;

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;

const shortTime = (ms: number): string => (ms < 1000 ? `${ms} ms` : `${Number((ms / 1000).toPrecision(3))} s`);

function ordinal(n: number): string {
  const tens = n % 100;
  if (tens > 10 && tens < 20) return `${n}th`;
  return `${n}${['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'}`;
}
