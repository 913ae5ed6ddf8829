import type { AuditTree } from '../types';

import { aggregateOf, columnsOf, withGroup } from './answer';
import { completionsAt } from './completion';
import { meaningOf } from './meaning';
import { fromWhere, toWhere } from './model';
import { fitting, opposite, operators, operatorsOf, takesSeveral } from './operators';
import { byItem, indexOfByte, lineAt, problemsOf } from './problems';
import { rangeOf } from './saved/save';
import { maskText, maskTree } from './standIn';
import { fields, refused } from './testing/fakeSource';
import pairs from './testdata/pairs.json';
import { wholeTime } from './values/TimeValue';
import { lines, suggestions, withValues } from './values/tokens';

const info = (name: string) => fields.find((f) => f.name === name) ?? fields[0];

it.each(pairs.map((p) => [p.title, p.query as AuditTree] as const))('the tree keeps what the parser makes: %s', (_, { where }) => {
  const written = toWhere(fromWhere(where)).where;
  // What is outermost is a group here, and a rule without a value is written out.
  const group = where && ('all' in where || 'any' in where || 'not' in where) ? where : where && { all: [where] };
  expect(JSON.stringify(written)?.replaceAll('"values":[],', '')).toBe(JSON.stringify(group));
});

describe('variables while a text is made or read', () => {
  const tree: AuditTree = {
    where: {
      all: [
        { field: 'username', op: 'matches', values: ['team-$who*'] },
        { field: 'outcome', op: 'not_in', values: ['success', '${state}'] },
        { field: 'time', op: 'greater', values: ['$since'] },
        { field: 'address', op: 'in_cidr', values: ['$net'], disabled: true },
      ],
    },
  };

  it('stand in for what the parser would refuse, and come back', () => {
    const { tree: masked, unmask } = maskTree(tree, fields);
    expect(JSON.stringify(masked)).not.toContain('$');
    const [name, state, time, net] = (masked.where as { all: Array<{ values: string[] }> }).all;
    const text = `username:${name.values[0]} and user_agent:${state.values[0]} and user_agent:${time.values[0]} and disabled(user_agent:${net.values[0]})`;
    expect(unmask(text)).toBe('username:team-$who* and outcome!:(success, "${state}") and time:greater("$since") and disabled(address:in_cidr("$net"))');
  });

  it.each([
    ['outcome:$state', { field: 'outcome', op: 'is', values: ['$state'] }],
    ['outcome!:(success, "${a}")', { field: 'outcome', op: 'not_in', values: ['success', '${a}'] }],
    ['time:>$since', { field: 'time', op: 'greater', values: ['$since'] }],
    ['time:>=$since', { not: { field: 'time', op: 'less', values: ['$since'] } }],
    ['address:in_cidr($net)', { field: 'address', op: 'in_cidr', values: ['$net'] }],
  ])('are read: %s', (text, node) => {
    const { text: masked, unmask } = maskText(text, fields);
    const value = /^user_agent:(\w+)$/.exec(masked)?.[1];
    expect(value).toBeDefined();
    expect(unmask({ where: { field: 'user_agent', op: 'is', values: [value ?? ''] } }).where).toEqual(node);
  });

  it('within a pattern leave the pattern to the parser', () => {
    const { text, unmask } = maskText('username:team-$who* and $word | count by action', fields);
    expect(text).toMatch(/^username:team-\w+\* and \w+ \| count by action$/);
    const value = /team-\w+\*/.exec(text)?.[0] ?? '';
    expect(unmask({ where: { field: 'username', op: 'matches', values: [value] } }).where).toEqual({ field: 'username', op: 'matches', values: ['team-$who*'] });
  });
});

describe('problems', () => {
  const paths = new Map([['root', 'where'], ['group', 'where.all[1].not'], ['rule', 'where.all[1].not.any[0]'], ['ten', 'where.all[10]']]);

  it('go to the innermost item', () => {
    const list = ['where.all[1].not.any[0].values[2]', 'where.all[1].not', 'where.all[10].op', 'series.step', 'where.all[1]'];
    const found = byItem(list.map((path) => ({ path, message: 'm' })), paths);
    expect(found.get('rule')).toEqual([{ message: 'm', part: 'values', value: 2 }]);
    expect(found.get('group')).toEqual([{ message: 'm' }]);
    expect(found.get('ten')).toEqual([{ message: 'm', part: 'op', value: undefined }]);
    expect(found.get('')).toEqual([{ message: 'series.step: m' }]);
    expect(found.get('root')).toEqual([{ message: 'm' }]);
  });

  it('are none where something else is the matter', () => {
    expect(problemsOf(new Error('down'))).toEqual([]);
    expect(problemsOf(refused(503, { error: 'busy' }))).toEqual([]);
    expect(problemsOf(refused(400, { error: 'query.where.all[0]: wrong', path: 'query.where.all[0]' }))).toEqual([{ path: 'where.all[0]', message: 'wrong' }]);
  });

  it('are at characters, though the parser counts bytes', () => {
    expect(indexOfByte('a:ü😀 x', 0)).toBe(0);
    expect(indexOfByte('a:ü😀 x', 4)).toBe(3);
    expect(indexOfByte('a:ü😀 x', 8)).toBe(5);
    expect(indexOfByte('ab', 99)).toBe(2);
    expect(lineAt('one\ntwo three\nfour', 8)).toEqual({ number: 2, line: 'two three', column: 4 });
  });
});

describe('operators', () => {
  it('are those of the field, and keep one that it does not take', () => {
    expect(operatorsOf(info('read_only'))).toEqual(['is', 'is_not', 'in', 'not_in']);
    expect(operatorsOf(info('read_only'), 'contains')).toContain('contains');
    expect(takesSeveral('in', 'bool')).toBe(false);
  });

  it('have opposites that are each other’s', () => {
    for (const op of operators()) {
      const other = opposite(op);
      expect(other === undefined ? op : opposite(other)).toBe(op);
    }
  });

  it('fit another field as far as they can', () => {
    expect(fitting('contains', ['x'], info('username'), info('session'))).toEqual({ op: 'contains', values: ['x'] });
    expect(fitting('contains', ['x'], info('username'), info('outcome'))).toEqual({ op: 'is', values: [] });
    expect(fitting('in', ['$x', 'high'], info('outcome'), info('severity'))).toEqual({ op: 'in', values: ['$x', 'high'] });
    expect(fitting('is', ['x'], undefined, info('time'))).toEqual({ op: 'greater', values: ['x'] });
  });
});

it('a meaning has nothing that is left out', () => {
  const on = { field: 'username', op: 'is', values: ['ana'] } as const;
  const where = { all: [{ ...on, values: ['ana'] }, { ...on, values: ['ben'], disabled: true }, { not: { any: [] } }] };
  expect(meaningOf({ where })).toBe(meaningOf({ where: { all: [{ ...on, values: ['ana'] }] } }));
  expect(meaningOf({ where })).not.toBe(meaningOf({ where, sort: [{ by: 'time' }] }));
});

it('groups have columns, and orders only of those', () => {
  expect(columnsOf({ by: ['action'] })).toEqual(['action', 'count']);
  expect(aggregateOf('unique(action)')).toEqual({ function: 'unique', field: 'action' });
  const tree = { sort: [{ by: 'count' }, { by: 'gone' }], series: {} };
  expect(withGroup(tree, { by: ['action'] })).toMatchObject({ sort: [{ by: 'count' }], series: undefined });
});

it('values are taken once, trimmed, a line each', () => {
  expect(withValues(['a'], [' b ', 'a', ''])).toEqual(['a', 'b']);
  expect(lines('a, b\r\n\n c\td')).toEqual(['a, b', 'c', 'd']);
  expect(suggestions('$w', ['$who', '$x'], [{ value: '$w1', count: 0 }], ['$x'])).toEqual([{ value: '$w1', note: undefined }, { value: '$who', note: 'Variable' }]);
});

it('times are completed', () => {
  expect(wholeTime('2026-01-31')).toBe('2026-01-31T00:00:00Z');
  expect(wholeTime(' 2026-01-31 12:30 ')).toBe('2026-01-31T12:30:00Z');
  expect(wholeTime('2026-01-31T12:30:05+01:00')).toBe('2026-01-31T12:30:05+01:00');
  expect(wholeTime('$since')).toBe('$since');
});

it('a range is saved as it is said', () => {
  const at = { toISOString: () => '2026-01-31T00:00:00.000Z' };
  const range = (from: unknown, to: unknown) => rangeOf({ from: at, to: at, raw: { from, to } } as never);
  expect(range('now-2M', 'now')).toEqual({ last: '60d' });
  expect(range('now-7d', 'now')).toEqual({ last: '7d' });
  expect(range('now/d', 'now')).toEqual({ from: '2026-01-31T00:00:00.000Z', to: '2026-01-31T00:00:00.000Z' });
});

it('a text is completed by fields, values and variables', () => {
  const labels = (text: string) => completionsAt(text, text.length, fields, ['$who']).list.map((c) => c.insert);
  expect(labels('sev')).toEqual(['severity:']);
  expect(labels('severity:h')).toEqual(['high']);
  expect(labels('not outcome:')).toEqual(['success', 'authorization_failure', 'error']);
  expect(labels('x | count by acc')).toEqual(['system', 'access_key']);
  expect(labels('username:$')).toEqual(['$who']);
  expect(labels('(')).toEqual([]);
});
