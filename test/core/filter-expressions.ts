import fc from 'fast-check';
import { type FilterExpression, quote } from '../../src/core/filter.ts';
import { filterFields, userTypes } from '../../src/core/filter-parser.ts';

/** The text of an expression. Parts that are chains themselves stand in parentheses. */
export function printFilter(expression: FilterExpression): string {
  switch (expression.kind) {
    case 'test': {
      const values = expression.values.map(quote).join(', ');
      return `${expression.field} ${expression.operator} ${expression.operator === 'in' ? `[${values}]` : values}`;
    }
    case 'not':
      return `not ${inParentheses(expression.part)}`;
    default:
      return expression.parts.map(inParentheses).join(` ${expression.kind} `);
  }
}

const inParentheses = (part: FilterExpression): string =>
  part.kind === 'and' || part.kind === 'or' ? `(${printFilter(part)})` : printFilter(part);

/** An expression to compare: where its tests begin depends on how it is written. */
export function withoutColumns(expression: FilterExpression): unknown {
  switch (expression.kind) {
    case 'test': {
      const { column: _column, ...test } = expression;
      return test;
    }
    case 'not':
      return { kind: 'not', part: withoutColumns(expression.part) };
    default:
      return { kind: expression.kind, parts: expression.parts.map(withoutColumns) };
  }
}

const value = fc.oneof(
  fc.constantFrom('a', 'b', 'name', 'price', 'ecommerce', 'en_US', 'julia'),
  fc.string({ unit: fc.constantFrom('x', ' ', '"', '\\', '\n', '(', 'é'), maxLength: 4 }),
);

const tests: fc.Arbitrary<FilterExpression> = fc.constantFrom(...filterFields).chain((field) => {
  const known: fc.Arbitrary<string> = field === 'user_type' ? fc.constantFrom(...userTypes) : value;
  return fc.oneof(
    known.map((one): FilterExpression => ({ kind: 'test', field, operator: '=', values: [one], column: 1 })),
    fc
      .array(known, { minLength: 1, maxLength: 2 })
      .map((values): FilterExpression => ({ kind: 'test', field, operator: 'in', values, column: 1 })),
  );
});

function operatorsOf(expression: FilterExpression): number {
  if (expression.kind === 'test') return expression.operator === 'in' ? 1 : 0;
  if (expression.kind === 'not') return 1 + operatorsOf(expression.part);
  return expression.parts.reduce((sum, part) => sum + 1 + operatorsOf(part), -1);
}

/** Expressions within the limits of the language. */
export function expressions(mostOperators = 10): fc.Arbitrary<FilterExpression> {
  const { expression } = fc.letrec<{ expression: FilterExpression }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 3 },
      tests,
      tie('expression').map((part): FilterExpression => ({ kind: 'not', part })),
      fc
        .record({
          kind: fc.constantFrom('and' as const, 'or' as const),
          parts: fc.array(tie('expression'), { minLength: 2, maxLength: 3 }),
        })
        .map((chain): FilterExpression => chain),
    ),
  }));
  return expression.filter((made) => operatorsOf(made) <= mostOperators && printFilter(made).length <= 450);
}
