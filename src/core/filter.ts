/** What a filter is once parsed (contract, filters): plain data. */
export type FilterField = 'user' | 'user_type' | 'attribute' | 'scope' | 'channel' | 'locale' | 'ready_on_scopes';

export type FilterExpression =
  | { kind: 'and' | 'or'; parts: FilterExpression[] }
  | { kind: 'not'; part: FilterExpression }
  /** `column` is where the test begins in the text, from 1. `values` has one entry for `=`. */
  | { kind: 'test'; field: FilterField; operator: '=' | 'in'; values: string[]; column: number };

/** A problem of a filter's text: `column` counts from 1. */
export interface FilterProblem {
  column: number;
  message: string;
}

/** A value as the language writes it. */
export const quote = (value: string): string => `"${value.replace(/["\\]/g, '\\$&')}"`;
