import { isNestedDeeper, mostLevels } from '../core/is-nested-deeper.ts';
import { inexactNumber } from './inexact-number.ts';

/** A JSON text that was read. */
export interface Parsed {
  value: unknown;
  text: string;
  /** The first number in it that JavaScript cannot hold exactly, and where in the text it is. */
  inexact?: { text: string; position: number } | undefined;
}

/** A value and where it stands, or why there is none. `torn` is the beginning of one. */
export type Item = {
  line: number;
  inexact?: { text: string; line: number } | undefined;
} /** `exact`: the value with such numbers as texts, where `text` has lost their digits. */ & (
  | { value: unknown; text: string; exact?: unknown }
  | { reason: string; torn?: boolean }
);

export function parseJson(text: string): Parsed | { reason: string } {
  try {
    const value: unknown = JSON.parse(text);
    return { value, text, inexact: inexactNumber(text, value) };
  } catch (error) {
    return { reason: `it is not valid JSON (${(error as Error).message})` };
  }
}

export const tooDeep = `it is nested deeper than ${mostLevels} levels`;
/** One level is the event itself. */
export const isTooDeep = (value: unknown): boolean => isNestedDeeper(value, mostLevels + 1);
