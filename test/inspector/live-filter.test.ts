import { describe, expect, it } from 'vitest';
import { filterOf, isEmpty, kindOfRow, rowTest } from '../../src/inspector/client/live/live-filter.ts';
import { LiveRows } from '../../src/inspector/client/live/live-rows.ts';
import { Entries } from './entries.ts';

const entries = new Entries();
const live = new LiveRows();
live.add([
  entries.started(1),
  entries.finished(1),
  entries.started(2),
  entries.failed(2),
  entries.started(3),
  entries.finished(3, 1, {
    outcome: { kind: 'timeout', duration_ms: 3_000 },
    verdict: { do: 'drop', reason: 'too_old' },
  }),
  entries.started(4),
  entries.late(4),
  entries.started(5),
  entries.discarded(6),
  entries.published('nobody', 0),
  entries.warning('Mind the GAP'),
]);

/** The deliveries that a filter lets through; of other rows their kind. */
const shown = (address: string): string[] =>
  live.rows
    .filter(rowTest(filterOf(new URLSearchParams(address))))
    .map((row) => ('deliveryId' in row ? row.deliveryId : row.kind));

describe('the filter in the address', () => {
  it.each([
    ['outcome=delivered', ['d1']],
    ['outcome=failed', ['d2']],
    ['outcome=timeout', ['d3']],
    ['outcome=late', ['d4']],
    ['outcome=pending', ['d5']],
    ['outcome=lost', ['d3', 'd6', 'untaken']],
    ['outcome=notice', ['notice']],
    ['type=com.akeneo.pim.v1.product.updated&outcome=failed', ['d2']],
    ['type=com.akeneo.pim.v1.family.updated', []],
    ['subscription=sub-1', ['d1', 'd2', 'd3', 'd4', 'd5', 'd6']],
    ['text=503', ['d2']],
    ['text=the+gap', ['notice']],
    ['text=EVENT-5', ['d5']],
    ['text=shop.example/hook', ['d1', 'd2', 'd3', 'd4', 'd5']],
    ['text=(', []],
  ])('%s shows %j', (address, expected) => {
    expect(shown(address)).toEqual(expected);
  });

  it('without a word lets everything through', () => {
    expect(isEmpty(filterOf(new URLSearchParams()))).toBe(true);
    expect(shown('')).toHaveLength(live.rows.length);
  });
});

it('a row is found by what became of it since it was looked at last', () => {
  const rows = new LiveRows();
  const source = new Entries();
  const found = (text: string) => rows.rows.filter(rowTest(filterOf(new URLSearchParams({ text })))).length;
  rows.add([source.started(1)]);
  expect([found('pending'), found('503'), found('late')]).toEqual([1, 0, 0]);
  rows.add([source.failed(1)]);
  expect([found('pending'), found('503'), found('late')]).toEqual([0, 1, 0]);
  rows.add([source.late(1)]);
  expect([found('503'), found('late')]).toEqual([0, 1]);
  rows.add([source.started(2), source.discarded(2)]);
  expect(found('suspended')).toBe(1);
});

it('every row has a kind, for its sign and its colour', () => {
  expect(live.rows.map(kindOfRow)).toEqual([
    'delivered',
    'failed',
    'timeout',
    'late',
    'pending',
    'lost',
    'lost',
    'notice',
  ]);
});
