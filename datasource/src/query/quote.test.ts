import type { FieldNode } from '../types';

import { conditionText, escaped, safe } from './quote';

describe('safe', () => {
  it.each([
    ['ana', 'ana'],
    ['arn:aws:s3:::reports/a=b', 'arn:aws:s3:::reports/a=b'],
    ['müller', 'müller'],
    ['', '""'],
    ['a b', '"a b"'],
    ['a*', '"a*"'],
    ['~a', '"~a"'],
    ['>1', '">1"'],
    ['-a', '"-a"'],
    ['OR', '"OR"'],
    ['a"b\\', '"a\\"b\\\\"'],
    ['a\u0000b\u2028', '"a\\u{0}b\\u{2028}"'],
    ['a\nb\tc', '"a\\nb\\tc"'],
  ])('%j', (text, want) => {
    expect(safe(text)).toBe(want);
  });
});

it('escapes both quotation marks', () => {
  expect(escaped(`'"`)).toBe('\\x27\\"');
});

describe('conditionText', () => {
  it.each<[FieldNode, string]>([
    [{ field: 'username', op: 'is', values: ['ana'] }, 'username:ana'],
    [{ field: 'username', op: 'is_not', values: ['ana b'] }, 'username!:"ana b"'],
    [{ field: 'username', op: 'not_in', values: ['ana', 'ben'] }, 'username!:(ana, ben)'],
    [{ field: 'username', op: 'contains', values: ['x'] }, 'username:~x'],
    [{ field: 'username', op: 'not_contains', values: ['x', 'y'] }, 'username!:~(x, y)'],
    [{ field: 'text', op: 'contains', values: ['x'] }, '"x"'],
    [{ field: 'text', op: 'not_contains', values: ['x'] }, 'text!:~x'],
    [{ field: 'session', op: 'exists' }, 'session:*'],
    [{ field: 'session', op: 'not_exists' }, 'session!:*'],
    [{ field: 'address', op: 'is', values: ['10.0.0.0/8'] }, 'address:"10.0.0.0/8"'],
    [{ field: 'address', op: 'not_in_cidr', values: ['10.0.0.0/8'] }, 'address:not_in_cidr(10.0.0.0/8)'],
    [{ field: 'name', op: 'matches', values: ['Get*', 'a\\*?', 'x y*'] }, 'name:matches(Get*, "a*"?, "x y"*)'],
    [{ field: 'time', op: 'greater', values: ['2026-01-31T12:00:00Z'] }, 'time:greater(2026-01-31T12:00:00Z)'],
  ])('%j', (node, want) => {
    expect(conditionText(node)).toBe(want);
  });
});
