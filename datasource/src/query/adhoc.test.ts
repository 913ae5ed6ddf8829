import type { TableInfo } from '../api/wire';

import { filterAudit, filterNode, filterTable, ignoredFilters } from './adhoc';
import { defaultAudit } from './defaults';

const tables: TableInfo[] = [
  {
    name: 'identities',
    title: 'Identities',
    group: 'entitlements',
    help: '',
    columns: [],
    filters: [
      { name: 'band', title: 'Band', kind: 'enum', values: ['low', 'medium', 'high'], several: true },
      { name: 'owner', title: 'Owner', kind: 'text' },
    ],
  },
];

it.each([
  ['=', 'is'],
  ['!=', 'is_not'],
  ['=|', 'in'],
  ['!=|', 'not_in'],
  ['=~', 'matches'],
  ['!~', 'not_matches'],
])('%s is %s', (operator, op) => {
  expect(filterNode({ key: 'username', operator, value: 'a', values: ['a', 'b'] })).toEqual({
    field: 'username',
    op,
    values: operator.endsWith('|') ? ['a', 'b'] : ['a'],
  });
});

it('waits until a filter is written', () => {
  expect(filterNode({ key: '', operator: '=', value: 'a' })).toBeUndefined();
  expect(filterNode({ key: 'username', operator: '=', value: '' })).toBeUndefined();
});

it('narrows a text and a tree', () => {
  const filters = [{ key: 'username', operator: '!=', value: 'a, b' }];
  expect(filterAudit({ ...defaultAudit(), editor: 'text', text: 'x:1 or y:2 | limit 3' }, filters).text).toBe(
    '(x:1 or y:2) and username!:"a, b" | limit 3'
  );
  expect(filterAudit(defaultAudit(), filters).query?.where).toEqual({ all: [{ field: 'username', op: 'is_not', values: ['a, b'] }] });
});

describe('a table', () => {
  const query = (operator: string, key: string, values: string[]) =>
    filterTable({ name: 'identities', filters: { band: ['low'] } }, [{ key, operator, value: values[0], values }], tables);

  it('takes the filters that it has', () => {
    expect(query('=', 'owner', ['team']).table.filters).toEqual({ band: ['low'], owner: ['team'] });
    expect(query('=|', 'band', ['low', 'high']).table.filters).toEqual({ band: ['low', 'high'] });
  });

  it.each([
    ['!=', 'owner', ['team']],
    ['=|', 'owner', ['a', 'b']],
    ['=', 'username', ['ana']],
  ])('says that it cannot take %s on %s', (operator, key, values) => {
    const { table, ignored } = query(operator, key, values);
    expect(table.filters).toEqual({ band: ['low'] });
    expect(ignored).toHaveLength(1);
  });
});

it('is said of queries that take no filters at all', () => {
  const filters = [{ key: 'owner', operator: '=', value: 'x' }];
  const base = { refId: 'A', version: 1 as const };
  expect(ignoredFilters({ ...base, queryType: 'path', path: { start: 'identity', value: 'x' } }, filters, tables)).toEqual(filters);
  expect(ignoredFilters({ ...base, queryType: 'audit', audit: defaultAudit() }, filters, tables)).toEqual([]);
  const saved = { id: '1', name: 'Q1', linked: true };
  expect(ignoredFilters({ ...base, queryType: 'audit', audit: { ...defaultAudit(), saved } }, filters, tables)).toEqual(filters);
});
