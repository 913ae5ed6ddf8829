import type { AuditQuery, FieldNode } from '../types';

import { addCondition, hasCondition, removeCondition } from './conditions';

const ana: FieldNode = { field: 'username', op: 'is', values: ['ana'] };
const text = (value: string): AuditQuery => ({ editor: 'text', format: 'logs', text: value });

describe('a text', () => {
  it.each([
    ['', 'username:ana'],
    ['outcome:denied', 'outcome:denied and username:ana'],
    ['outcome:denied | count by action', 'outcome:denied and username:ana | count by action'],
    ['| count by action', 'username:ana | count by action'],
    ['a:b or c:d', '(a:b or c:d) and username:ana'],
    ['(a:b or c:d)', '(a:b or c:d) and username:ana'],
    ['name:"a or b | c"', 'name:"a or b | c" and username:ana'],
    ['a:b or c:d | limit 5', '(a:b or c:d) and username:ana | limit 5'],
  ])('%s gets a condition, and loses it again', (before, after) => {
    const added = addCondition(text(before), ana);
    expect(added.text).toBe(after);
    expect(hasCondition(added, ana)).toBe(true);
    expect(hasCondition(text(before), ana)).toBe(false);
    const removed = removeCondition(added, ana).text;
    expect(removed).toBe(before.includes(' or c:d') && !before.startsWith('(') ? before.replace('a:b or c:d', '(a:b or c:d)') : before);
  });

  it.each(['not username:ana', 'username:ana or outcome:ok', '(username:ana or outcome:ok)', 'disabled(username:ana)', 'username:~ana'])(
    '%s does not have the condition',
    (value) => {
      expect(hasCondition(text(value), ana)).toBe(false);
    }
  );

  it.each([
    ['username:ana outcome:ok', 'outcome:ok'],
    ['username:ana and outcome:ok and type:read', 'outcome:ok and type:read'],
    ['outcome:ok and username:ana and type:read', 'outcome:ok and type:read'],
    ['outcome:ok', 'outcome:ok'],
  ])('%s without it is %s', (before, after) => {
    expect(removeCondition(text(before), ana).text).toBe(after);
  });
});

describe('a tree', () => {
  const tree = (where?: object): AuditQuery => ({ editor: 'builder', format: 'logs', text: '', query: { where: where as never } });
  const other: FieldNode = { field: 'outcome', op: 'is', values: ['success'] };

  it.each([
    ['nothing', undefined, { all: [ana] }],
    ['a condition', other, { all: [other, ana] }],
    ['all of several', { all: [other, other] }, { all: [other, other, ana] }],
    ['any of several', { any: [other, other] }, { all: [{ any: [other, other] }, ana] }],
    ['a group that is left out', { all: [other], disabled: true }, { all: [{ all: [other], disabled: true }, ana] }],
  ])('%s gets a condition', (_, before, after) => {
    const added = addCondition(tree(before), ana);
    expect(added.query?.where).toEqual(after);
    expect(hasCondition(added, ana)).toBe(true);
    expect(hasCondition(removeCondition(added, ana), ana)).toBe(false);
  });

  it('keeps what is not the condition', () => {
    const disabled = { ...ana, disabled: true };
    expect(hasCondition(tree({ all: [disabled] }), ana)).toBe(false);
    expect(removeCondition(tree({ all: [disabled, ana] }), ana).query?.where).toEqual({ all: [disabled] });
    expect(removeCondition(tree({ any: [ana, other] }), ana).query?.where).toEqual({ all: [{ any: [ana, other] }] });
  });
});
