import {
  type AdHocVariableFilter,
  type CoreApp,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithLogsContextSupport,
  type DataSourceWithQueryModificationSupport,
  type DataSourceWithSupplementaryQueriesSupport,
  type DataSourceWithToggleableQueryFiltersSupport,
  type LogRowContextOptions,
  type LogRowModel,
  type MetricFindValue,
  type QueryFixAction,
  type ScopedVars,
  type SupplementaryQueryOptions,
  SupplementaryQueryType,
  type ToggleFilterAction,
} from '@grafana/data';
import { DataSourceWithBackend, getBackendSrv, getTemplateSrv } from '@grafana/runtime';
import { from, lastValueFrom, map, mergeMap, type Observable } from 'rxjs';

import { annotationSupport } from './annotations';
import { withIgnored, withLevels } from './answer';
import { Api } from './api/api';
import { requester } from './api/requester';
import type { TableInfo } from './api/wire';
import { filterAudit, filterTable } from './query/adhoc';
import { contextQuery, contextRequest } from './query/context';
import { defaultQuery } from './query/defaults';
import { displayText } from './query/display';
import { isRunnable } from './query/filter';
import { interpolate } from './query/interpolate';
import { migrate } from './query/migration';
import { hasFilter, MODIFICATIONS, modifyQuery, toggleFilter } from './query/toggle';
import { Variables } from './query/variables';
import { volumeQuery, volumeRequest } from './query/volume';
import { tail } from './stream';
import { tagKeys, tagValues } from './tags';
import type { CiemOptions, CiemQuery } from './types';
import { CiemVariableSupport } from './variable/support';

type Supports = DataSourceWithSupplementaryQueriesSupport<CiemQuery> &
  DataSourceWithLogsContextSupport<CiemQuery> &
  DataSourceWithToggleableQueryFiltersSupport<CiemQuery> &
  DataSourceWithQueryModificationSupport<CiemQuery>;

/** The data source: everything is asked of the plugin's backend. */
export class CiemDataSource extends DataSourceWithBackend<CiemQuery, CiemOptions> implements Supports {
  readonly api: Api;
  override annotations = annotationSupport();
  /** Known once an ad hoc filter has been looked at; see query. */
  private tables: TableInfo[] = [];

  constructor(settings: DataSourceInstanceSettings<CiemOptions>) {
    super(settings);
    this.api = new Api(requester(settings.uid, getBackendSrv));
    this.variables = new CiemVariableSupport(this);
  }

  override getDefaultQuery(_app: CoreApp): Partial<CiemQuery> {
    return defaultQuery();
  }

  override filterQuery(query: CiemQuery): boolean {
    return isRunnable(query);
  }

  override getQueryDisplayText(query: CiemQuery): string {
    return displayText(migrate(query));
  }

  override query(request: DataQueryRequest<CiemQuery>): Observable<DataQueryResponse> {
    const { filters = [], scopedVars } = request;
    if (request.liveStreaming) {
      const queries = request.targets.filter(isRunnable).map((query) => this.applyTemplateVariables(query, scopedVars, filters));
      return tail(this.uid, request, queries);
    }
    if (filters.length === 0) {
      return super.query(request).pipe(map(withLevels));
    }
    return from(this.loadTables()).pipe(
      mergeMap((tables) => super.query(request).pipe(map((response) => withIgnored(withLevels(response), request.targets, filters, tables))))
    );
  }

  override applyTemplateVariables(query: CiemQuery, scopedVars: ScopedVars, filters: AdHocVariableFilter[] = []): CiemQuery {
    const complete = interpolate(migrate(query), new Variables(getTemplateSrv(), scopedVars));
    return {
      ...complete,
      ...(complete.audit && { audit: filterAudit(complete.audit, filters) }),
      ...(complete.table && { table: filterTable(complete.table, filters, this.tables).table }),
    };
  }

  override interpolateVariablesInQueries(queries: CiemQuery[], scopedVars: ScopedVars, filters?: AdHocVariableFilter[]): CiemQuery[] {
    return queries.map((query) => ({ ...this.applyTemplateVariables(query, scopedVars, filters), datasource: this.getRef() }));
  }

  override getTagKeys(_options?: DataSourceGetTagKeysOptions<CiemQuery>): Promise<MetricFindValue[]> {
    return tagKeys(this.api);
  }

  override getTagValues({ key, filters, timeRange }: DataSourceGetTagValuesOptions<CiemQuery>): Promise<MetricFindValue[]> {
    return tagValues(this.api, { key, filters: filters ?? [], range: timeRange });
  }

  toggleQueryFilter(query: CiemQuery, filter: ToggleFilterAction): CiemQuery {
    return toggleFilter(migrate(query), filter);
  }

  queryHasFilter(query: CiemQuery, filter: Record<string, string>): boolean {
    return hasFilter(query, filter);
  }

  override modifyQuery(query: CiemQuery, action: QueryFixAction): CiemQuery {
    return modifyQuery(migrate(query), action);
  }

  getSupportedQueryModifications(): string[] {
    return MODIFICATIONS;
  }

  getSupportedSupplementaryQueryTypes(): SupplementaryQueryType[] {
    return [SupplementaryQueryType.LogsVolume];
  }

  getSupplementaryQuery(options: SupplementaryQueryOptions, query: CiemQuery): CiemQuery | undefined {
    return volumeQuery(options, migrate(query));
  }

  getSupplementaryRequest(type: SupplementaryQueryType, request: DataQueryRequest<CiemQuery>): DataQueryRequest<CiemQuery> | undefined {
    return type === SupplementaryQueryType.LogsVolume ? volumeRequest(request) : undefined;
  }

  getLogRowContext(row: LogRowModel, options: LogRowContextOptions = {}, query?: CiemQuery): Promise<DataQueryResponse> {
    return lastValueFrom(this.query(contextRequest(row, options, query)));
  }

  getLogRowContextQuery(row: LogRowModel, options: LogRowContextOptions = {}, query?: CiemQuery): Promise<CiemQuery | null> {
    return Promise.resolve(contextQuery(row, options, query));
  }

  /** What a table can be narrowed by has to be known before a query is sent. */
  private async loadTables(): Promise<TableInfo[]> {
    try {
      this.tables = await this.api.tables();
    } catch {
      // The query itself will say what is wrong.
    }
    return this.tables;
  }
}
