import { CustomVariableSupport, type DataFrame, type DataQueryRequest, type DataQueryResponse, type MetricFindValue } from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { from, lastValueFrom, map, type Observable } from 'rxjs';

import type { SystemInfo } from '../api/wire';
import { lazily } from '../components/lazily';
import type { CiemDataSource } from '../datasource';
import { filtersOf, scopeOf } from '../query/interpolate';
import { Variables } from '../query/variables';
import { type AuditOrder, type CiemOptions, type CiemQuery, QUERY_VERSION, type Scope, type VariableQuery } from '../types';

/** Options at most: a list that is longer cannot be chosen from. */
const LIMIT = 1000;

/** Who has the highest index comes first, and is what a dashboard shows at first. */
const WORST_FIRST: AuditOrder[] = [{ by: 'pci', descending: true }, { by: 'name' }];

/** Variables of dashboards: systems, folders, identities, columns, values. */
export class CiemVariableSupport extends CustomVariableSupport<CiemDataSource, VariableQuery, CiemQuery, CiemOptions> {
  editor = lazily(async () => (await import('../components/VariableQueryEditor')).VariableQueryEditor);

  constructor(private readonly datasource: CiemDataSource) {
    super();
  }

  query(request: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    const [target] = request.targets;
    return from(this.find(target, request)).pipe(map((data) => ({ data })));
  }

  private find(kept: VariableQuery, request: DataQueryRequest<VariableQuery>): Promise<MetricFindValue[]> {
    const variables = new Variables(getTemplateSrv(), request.scopedVars ?? {});
    const query = { ...kept, scope: scopeOf(kept.scope ?? {}, variables), filters: filtersOf(kept.filters, variables) };
    switch (query.kind) {
      case 'folders':
        return this.folders();
      case 'identities':
        return this.column({ ...query, table: 'identities', column: 'identity', label: 'name' }, request, WORST_FIRST);
      case 'column':
        return query.table && query.column ? this.column(query, request) : Promise.resolve([]);
      case 'values':
        return query.field ? this.values(query.field, query, request) : Promise.resolve([]);
    }
    return this.systems(query.scope);
  }

  private async systems(scope: Scope): Promise<MetricFindValue[]> {
    const { systems } = await this.datasource.api.systems();
    return systems.filter((system) => inScope(system, scope)).map((s) => ({ text: s.name && s.name !== s.id ? `${s.name} (${s.id})` : s.id, value: s.id }));
  }

  private async folders(): Promise<MetricFindValue[]> {
    const { folders } = await this.datasource.api.systems();
    return folders.map((folder) => ({ text: folder }));
  }

  private async values(field: string, { scope }: VariableQuery, { range }: DataQueryRequest<VariableQuery>): Promise<MetricFindValue[]> {
    const found = await this.datasource.api.values({ ...scope, field, from: range?.from.toISOString(), to: range?.to.toISOString() });
    return found.map(({ value }) => ({ text: value }));
  }

  private async column(query: VariableQuery, request: DataQueryRequest<VariableQuery>, sort?: AuditOrder[]): Promise<MetricFindValue[]> {
    const { table = '', column = '', label, filters, scope, refId } = query;
    const columns = label && label !== column ? [column, label] : [column];
    const target: CiemQuery = {
      refId,
      queryType: 'entitlements',
      version: QUERY_VERSION,
      scope,
      limit: LIMIT,
      table: { name: table, filters, columns, sort: sort ?? [{ by: columns[columns.length - 1] }] },
    };
    const response = await lastValueFrom(this.datasource.query({ ...request, targets: [target] }));
    const [error] = response.errors ?? [];
    if (error) {
      throw new Error(error.message ?? error.data?.message ?? 'The values of the variable cannot be read.');
    }
    return response.data.flatMap((frame: DataFrame) => optionsOf(frame, column, label));
  }
}

function inScope(system: SystemInfo, { clouds = [], systems = [], folders = [] }: Scope): boolean {
  return (
    (clouds.length === 0 || clouds.includes(system.cloud)) &&
    (systems.length === 0 || systems.includes(system.id)) &&
    (folders.length === 0 || folders.some((folder) => system.folders?.includes(folder)))
  );
}

/** Each value once, with the words of its first row. */
export function optionsOf(frame: DataFrame, column: string, label?: string): MetricFindValue[] {
  const values = frame.fields.find((field) => field.name === column)?.values ?? [];
  const labels = frame.fields.find((field) => field.name === label)?.values ?? values;
  const options = new Map<string, MetricFindValue>();
  for (let row = 0; row < values.length; row++) {
    const value = String(values[row] ?? '');
    if (value !== '' && !options.has(value)) {
      options.set(value, { text: String(labels[row] ?? '') || value, value });
    }
  }
  return [...options.values()];
}
