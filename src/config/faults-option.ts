import { type FaultInput, parseFaultText } from '../core/fault-input.ts';
import { type Kind, rejectValue } from './option-kind.ts';

/** Fault rules, as words or as objects. What is in them is checked when they come into force, with the policy that they are to fit. */
export const faultList: Kind<FaultInput[]> = {
  placeholder: 'rule',
  repeatable: true,
  parse: (texts, where) => faultList.read(textsOf(texts), where),
  read: (value, where) => {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    return items.map((item): FaultInput => {
      if (typeof item === 'string' && item.trim() !== '') return parseFaultText(item) as unknown as FaultInput;
      if (typeof item === 'object' && item !== null && !Array.isArray(item)) return { ...item } as FaultInput;
      throw rejectValue(
        where,
        item,
        'a fault rule',
        'for example "status=503 first=2", or {"status": 503, "first": 2}',
      );
    });
  },
};

/** A variable holds several, separated by semicolons. */
const textsOf = (texts: readonly string[]): string[] =>
  texts.flatMap((given) => given.split(';')).filter((each) => each.trim() !== '');
