import { rejectValue } from '../config/option-kind.ts';

/** Collects `--set path=value` into an object; a value that is JSON is that, any other is text. */
export function collectAssignment(text: string, before: Record<string, unknown> = {}): Record<string, unknown> {
  const equals = text.indexOf('=');
  if (equals < 1) throw rejectValue('--set', text, 'an assignment such as data.product.uuid=my-uuid');
  return { ...before, [text.slice(0, equals)]: jsonOrText(text.slice(equals + 1)) };
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Collects a list that is separated by commas or given in several flags. */
export function collectList(text: string, before: string[] = []): string[] {
  const items = text.split(',').map((item) => item.trim());
  return [...before, ...items.filter((item) => item !== '')];
}
