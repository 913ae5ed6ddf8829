import { type DataQueryRequest, type DataQueryResponse, dateTime, FieldType, SupplementaryQueryType, toDataFrame } from '@grafana/data';
import { lastValueFrom } from 'rxjs';

import { defaultAudit } from './query/defaults';
import { makeDatasource } from './test/datasource';
import { runtime } from './test/runtime';
import type { CiemQuery, VariableQuery } from './types';
import { CiemVariableSupport } from './variable/support';

beforeEach(() => runtime.reset());

const audit = (change = {}): CiemQuery => ({ refId: 'A', queryType: 'audit', version: 1, audit: { ...defaultAudit(), ...change } });
const range = { from: dateTime('2026-01-01T00:00:00Z'), to: dateTime('2026-01-02T00:00:00Z'), raw: { from: 'now-1d', to: 'now' } };
const request = <T>(targets: T[], more = {}) => ({ requestId: 'Q1', targets, range, scopedVars: {}, ...more }) as unknown as DataQueryRequest<never>;

describe('applyTemplateVariables', () => {
  const apply = (query: Partial<CiemQuery>) => makeDatasource().applyTemplateVariables({ ...audit(), ...query }, {});

  it('puts values into a tree, and leaves out what is on All', () => {
    runtime.variables = { who: ['ana', 'b, "c"'], every: ['$__all'], none: '' };
    const where = {
      any: [
        { field: 'username', op: 'in' as const, values: ['$who', 'x'] },
        { not: { field: 'action', op: 'is' as const, values: ['$every'] } },
        { field: 'session', op: 'exists' as const },
        { all: [{ field: 'address', op: 'in_cidr' as const, values: ['$none'] }] },
      ],
    };
    const tree = { where, group: { by: ['$who'] }, series: { step: '$__interval', by: ['$every'] }, sort: [{ by: 'count' }] };
    expect(apply(audit({ query: tree })).audit?.query).toEqual({
      where: {
        any: [
          { field: 'username', op: 'in', values: ['ana', 'b, "c"', 'x'] },
          { not: { field: 'action', op: 'is', values: ['$every'], disabled: true } },
          { field: 'session', op: 'exists' },
          { all: [{ field: 'address', op: 'in_cidr', values: ['$none'], disabled: true }] },
        ],
      },
      group: { by: ['ana', 'b, "c"'] },
      series: { step: '$__interval', by: [] },
      sort: [{ by: 'count' }],
    });
  });

  it('puts values into a text', () => {
    runtime.variables = { who: ['ana', 'b c'] };
    expect(apply(audit({ editor: 'text', text: 'username:$who' })).audit?.text).toBe('username:(ana, "b c")');
  });

  it('puts values into scope, table, path and report', () => {
    runtime.variables = { system: ['1', '2'], every: ['$__all'], id: 'arn:x', band: 'high' };
    const query = apply({
      queryType: 'findings',
      scope: { systems: ['$system'], folders: ['$every'], clouds: ['aws'] },
      table: { name: 'findings', filters: { band: ['$band'], owner: ['$every'], identity: ['$id'] }, search: 'x $id', columns: ['$band'] },
      path: { start: 'identity', value: '$id' },
      report: { kind: 'par', filters: { owner: ['$every'], band: ['$band'] } },
    });
    expect(query).toMatchObject({
      scope: { systems: ['1', '2'], clouds: ['aws'] },
      table: { name: 'findings', filters: { band: ['high'], identity: ['arn:x'] }, search: 'x arn:x', columns: ['high'] },
      path: { start: 'identity', value: 'arn:x' },
      report: { kind: 'par', filters: { band: ['high'] } },
    });
    expect(query.scope).not.toHaveProperty('folders');
    expect(query.table?.filters).not.toHaveProperty('owner');
  });

  it('interpolates for Explore, filters included', () => {
    runtime.variables = { who: 'ana' };
    const [query] = makeDatasource().interpolateVariablesInQueries([audit({ editor: 'text', text: 'username:$who' })], {}, [
      { key: 'outcome', operator: '!=', value: 'success' },
    ]);
    expect(query.audit?.text).toBe('username:ana and outcome!:success');
    expect(query.datasource).toEqual({ uid: 'leastward', type: 'leastward-ciem-datasource' });
  });
});

describe('query', () => {
  it('narrows a table by ad hoc filters, and says what it cannot be narrowed by', async () => {
    runtime.answer = () => ({ data: [toDataFrame({ refId: 'A', fields: [] })] });
    const query: CiemQuery = { refId: 'A', queryType: 'entitlements', version: 1, table: { name: 'identities' } };
    const filters = [
      { key: 'owner', operator: '=', value: 'payments' },
      { key: 'username', operator: '!=', value: 'ana' },
    ];
    const response = await lastValueFrom(makeDatasource().query(request([query], { filters })));
    expect(runtime.queried[0].targets[0]).toMatchObject({ table: { filters: { owner: ['payments'] } } });
    expect(response.data[0].meta.notices).toEqual([{ severity: 'warning', text: expect.stringContaining('username != ana') }]);
  });

  it('names the levels of a log volume', async () => {
    const counts = (outcome: string) => ({ name: 'count', type: FieldType.number, values: [1], labels: { outcome } });
    runtime.answer = () => ({ data: ['success', 'authorization_failure', 'error'].map((o) => toDataFrame({ refId: 'log-volume-A', fields: [counts(o)] })) });
    const datasource = makeDatasource();
    const volume = datasource.getSupplementaryRequest(SupplementaryQueryType.LogsVolume, request([audit({ format: 'logs' })]));
    const response: DataQueryResponse = await lastValueFrom(datasource.query(volume!));
    expect(response.data.map((frame) => frame.fields[0].labels.level)).toEqual(['info', 'warning', 'error']);
  });

  it('follows events on a channel of the question', async () => {
    runtime.variables = { who: 'ana' };
    const query = audit({ editor: 'text', text: 'username:$who' });
    await lastValueFrom(makeDatasource().query(request([query, { ...query, refId: 'B', hide: true }], { liveStreaming: true })));
    expect(runtime.streams).toHaveLength(1);
    expect(runtime.streams[0].addr).toMatchObject({ scope: 'ds', namespace: 'leastward', path: expect.stringMatching(/^tail\/[0-9a-f]{16}$/) });
    expect(runtime.streams[0].addr.data).toMatchObject({ audit: { text: 'username:ana' } });
  });
});

describe('ad hoc filters', () => {
  it('offers fields of events, then filters of tables', async () => {
    const keys = await makeDatasource().getTagKeys();
    const values = keys.map(({ value }) => value);
    expect(values).toEqual(expect.arrayContaining(['username', 'outcome', 'band']));
    expect(values).not.toContain('time');
    expect(values.filter((v) => v === 'identity')).toHaveLength(1);
  });

  it('offers values among what the other filters leave', async () => {
    const filters = [
      { key: 'outcome', operator: '=', value: 'error' },
      { key: 'username', operator: '=', value: 'ana' },
      { key: 'band', operator: '=', value: 'high' },
    ];
    const values = await makeDatasource().getTagValues({ key: 'username', filters, timeRange: range });
    expect(values.map(({ text }) => text)).toEqual(['ana', 'ben']);
    const asked = runtime.sent.find(({ url }) => url.endsWith('/values'));
    expect(asked?.params).toEqual({ field: 'username', text: 'outcome:error', from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' });
  });

  it.each([
    ['outcome', ['success', 'authorization_failure', 'error']],
    ['band', ['low', 'medium', 'high']],
    ['owner', ['payments', 'platform']],
    ['nothing', []],
  ])('knows the values of %s', async (key, want) => {
    expect((await makeDatasource().getTagValues({ key, filters: [] })).map(({ text }) => text)).toEqual(want);
  });
});

describe('variables', () => {
  const find = async (query: Partial<VariableQuery>) => {
    const support = new CiemVariableSupport(makeDatasource());
    const { data } = await lastValueFrom(support.query(request([{ refId: 'V', ...query }])));
    return data;
  };

  it('are systems, with their names, where they were chosen', async () => {
    runtime.variables = { folder: ['prod'], every: ['$__all'] };
    expect(await find({ kind: 'systems', scope: { clouds: ['aws'] } })).toEqual([
      { text: 'production (111122223333)', value: '111122223333' },
      { text: 'staging (444455556666)', value: '444455556666' },
    ]);
    expect(await find({ kind: 'systems', scope: { folders: ['$folder'], clouds: ['$every'] } })).toHaveLength(2);
    expect(await find({})).toHaveLength(3);
  });

  it('are folders, and values of a field', async () => {
    expect(await find({ kind: 'folders' })).toEqual([{ text: 'prod' }, { text: 'test' }]);
    expect(await find({ kind: 'values', field: 'action' })).toEqual([{ text: 's3:GetObject' }, { text: 'iam:CreateUser' }]);
    expect(await find({ kind: 'values' })).toEqual([]);
  });

  it('are identities by name, each once, the highest index first', async () => {
    const frame = toDataFrame({
      fields: [
        { name: 'identity', values: ['arn:b', 'arn:a', 'arn:a', null] },
        { name: 'name', values: ['ben', 'ana', 'ana', 'x'] },
      ],
    });
    runtime.answer = () => ({ data: [frame] });
    expect(await find({ kind: 'identities', filters: { band: ['high'] } })).toEqual([
      { text: 'ben', value: 'arn:b' },
      { text: 'ana', value: 'arn:a' },
    ]);
    expect(runtime.queried[0].targets[0]).toMatchObject({
      table: {
        name: 'identities',
        columns: ['identity', 'name'],
        filters: { band: ['high'] },
        sort: [{ by: 'pci', descending: true }, { by: 'name' }],
      },
    });
  });

  it('say what went wrong', async () => {
    runtime.answer = () => ({ data: [], errors: [{ message: 'the exporter is down' }] });
    await expect(find({ kind: 'column', table: 'identities', column: 'owner' })).rejects.toThrow('the exporter is down');
  });
});
