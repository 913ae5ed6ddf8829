import { type LogRowModel, LogRowContextQueryDirection, SupplementaryQueryType, toDataFrame } from '@grafana/data';

import { hash } from '../stream';
import type { AuditQuery, CiemQuery } from '../types';

import { contextRequest } from './context';
import { defaultAudit } from './defaults';
import { displayText } from './display';
import { isRunnable } from './filter';
import { migrate } from './migration';
import { hasFilter, modifyQuery, toggleFilter } from './toggle';
import { volumeQuery } from './volume';

const audit = (change: Partial<AuditQuery> = {}): CiemQuery => ({ refId: 'A', queryType: 'audit', version: 1, audit: { ...defaultAudit(), ...change } });

describe('migrate', () => {
  it.each<[string, object, Partial<CiemQuery>]>([
    ['nothing', {}, { queryType: 'audit', version: 1, audit: defaultAudit() }],
    ['a type of the future', { queryType: 'tomorrow' }, { queryType: 'audit' }],
    ['text alone', { queryType: 'audit', audit: { text: 'a:b' } }, { audit: { editor: 'text', format: 'table', text: 'a:b', query: {} } }],
    ['a table', { queryType: 'findings', table: { name: 'findings' } }, { version: 1, table: { name: 'findings' } }],
  ])('%s', (_, kept, want) => {
    expect(migrate({ refId: 'A', ...kept })).toMatchObject(want);
  });

  it('leaves what is complete as it is', () => {
    const complete = audit();
    expect(migrate(complete)).toBe(complete);
    const later = { ...complete, version: 2 as never };
    expect(migrate(later).version).toBe(2);
  });
});

describe('isRunnable', () => {
  it.each<[string, Partial<CiemQuery>, boolean]>([
    ['events', audit(), true],
    ['what is hidden', { ...audit(), hide: true }, false],
    ['what was written by hand', { refId: 'A' }, true],
    ['a link to no saved query', audit({ saved: { id: '', name: '', linked: true } }), false],
    ['a table', { queryType: 'findings', table: { name: 'findings' } }, true],
    ['no table', { queryType: 'findings' }, false],
    ['a path from nobody', { queryType: 'path', path: { start: 'identity', value: '' } }, false],
    ['no report', { queryType: 'report', report: { kind: '' } }, false],
  ])('%s', (_, query, want) => {
    expect(isRunnable(query as CiemQuery)).toBe(want);
  });
});

describe('displayText', () => {
  const where = {
    all: [
      { field: 'outcome', op: 'is' as const, values: ['success'] },
      { any: [{ field: 'username', op: 'is' as const, values: ['ana'] }, { field: 'session', op: 'exists' as const, disabled: true }] },
      { not: { field: 'role', op: 'in' as const, values: ['a', 'b c'] } },
    ],
  };
  it.each<[CiemQuery, string]>([
    [audit({ editor: 'text', text: 'a:b' }), 'a:b'],
    [audit({ query: { where } }), 'outcome:success and (username:ana or disabled(session:*)) and not role:(a, "b c")'],
    [
      audit({ query: { where: where.all[0], group: { by: ['identity'] }, sort: [{ by: 'count', descending: true }] } }),
      'outcome:success | count by identity | sort -count',
    ],
    [audit({ query: { series: { step: '1h', by: ['outcome'] } } }), '| series 1h by outcome'],
    [audit({ saved: { id: '1', name: 'Q1', linked: true } }), 'saved query Q1'],
    [{ refId: 'A', version: 1, queryType: 'pci', table: { name: 'pci', filters: { by: ['system'], key: [] }, search: 'x' } }, 'pci by:system with x'],
    [{ refId: 'A', version: 1, queryType: 'path', path: { start: 'address', value: '192.0.2.1' } }, 'path from address 192.0.2.1'],
    [{ refId: 'A', version: 1, queryType: 'report', report: { kind: 'par', filters: { owner: ['x'] } } }, 'report par owner:x'],
  ])('%#', (query, want) => {
    expect(displayText(query)).toBe(want);
  });
});

describe('filters of a log line', () => {
  const on = { type: 'FILTER_FOR' as const, options: { key: 'username', value: 'ana' } };
  const out = { ...on, type: 'FILTER_OUT' as const };

  it.each<['text' | 'builder']>([['text'], ['builder']])('are switched in the %s', (editor) => {
    const narrowed = toggleFilter(audit({ editor }), on);
    expect(hasFilter(narrowed, on.options)).toBe(true);
    expect(hasFilter(toggleFilter(narrowed, on), on.options)).toBe(false);
    const without = toggleFilter(narrowed, out);
    expect(hasFilter(without, on.options)).toBe(false);
    expect(displayText(without)).toBe('username!:ana');
  });

  it('know further values of a field, and words', () => {
    expect(displayText(toggleFilter(audit(), { ...on, options: { key: 'action (2)', value: 's3:GetObject' } }))).toBe('action:s3:GetObject');
    expect(displayText(modifyQuery(audit(), { type: 'ADD_STRING_FILTER', options: { value: 'a b' } }))).toBe('"a b"');
    expect(displayText(modifyQuery(audit(), { type: 'ADD_STRING_FILTER_OUT', options: { value: 'a b' } }))).toBe('text!:~"a b"');
  });

  it('are added once', () => {
    const once = modifyQuery(audit(), { type: 'ADD_FILTER', options: on.options });
    expect(modifyQuery(once, { type: 'ADD_FILTER', options: on.options })).toBe(once);
  });

  it('make a copy of a saved query', () => {
    const saved = { id: '1', name: 'Q1', linked: true };
    expect(toggleFilter(audit({ saved }), on).audit?.saved?.linked).toBe(false);
  });
});

describe('volumeQuery', () => {
  const type = SupplementaryQueryType.LogsVolume as const;
  it('counts by outcome what a query finds', () => {
    const where = { field: 'username', op: 'is' as const, values: ['ana'] };
    const query = volumeQuery({ type }, audit({ format: 'logs', text: 'username:ana | sort time', query: { where, sort: [{ by: 'time' }] } }));
    expect(query?.refId).toBe('log-volume-A');
    expect(query?.audit).toMatchObject({ format: 'series', text: 'username:ana | series by outcome', query: { where, series: { by: ['outcome'] } } });
    expect(query?.audit?.query).not.toHaveProperty('sort');
  });

  it.each([[audit()], [audit({ format: 'logs', saved: { id: '1', name: '', linked: true } })], [{ ...audit({ format: 'logs' }), hide: true }]])(
    'counts no other (%#)',
    (query) => {
      expect(volumeQuery({ type }, query)).toBeUndefined();
    }
  );
});

describe('contextRequest', () => {
  const row = (labels: Record<string, string>) =>
    ({ labels, timeEpochMs: 1_000_000_000, uid: 'u', dataFrame: toDataFrame({ refId: 'A', fields: [] }) }) as unknown as LogRowModel;

  it('asks for the same session before the event', () => {
    const request = contextRequest(row({ session: 's', identity: 'i', id: 'e' }), { direction: LogRowContextQueryDirection.Backward, limit: 5 }, audit());
    const [target] = request.targets;
    expect(displayText(target)).toBe('session:s and identity:i and id!:e | sort -time');
    expect(target.limit).toBe(5);
    expect(request.range.to.valueOf()).toBe(1_000_000_001);
  });

  it('asks for the same identity after the event', () => {
    const request = contextRequest(row({ identity: 'i' }), { direction: LogRowContextQueryDirection.Forward });
    expect(displayText(request.targets[0])).toBe('identity:i | sort time');
    expect(request.range.from.valueOf()).toBe(1_000_000_000);
  });
});

it('names a channel by the question, not by the panel', () => {
  expect(hash(audit())).toBe(hash({ ...audit(), refId: 'B', datasource: { uid: 'x' } }));
  expect(hash(audit())).not.toBe(hash(audit({ text: 'x' })));
  expect(hash(audit())).toMatch(/^[0-9a-f]{16}$/);
});
