// What Jest puts in the place of @grafana/runtime, whose services only a running
// Grafana has.
import type { DataQueryRequest } from '@grafana/data';
import { type Observable, of } from 'rxjs';

import { type Sent, serve } from './serve';
import { templates } from './templates';

/** What the tests set and read. */
export const runtime = {
  variables: {} as Record<string, string | string[]>,
  sent: [] as Sent[],
  queried: [] as DataQueryRequest[],
  streams: [] as Array<{ addr: { path: string; data: unknown } }>,
  answer: (_request: DataQueryRequest): unknown => ({ data: [] }),
  reset() {
    Object.assign(this, { variables: {}, sent: [], queried: [], streams: [], answer: () => ({ data: [] }) });
  },
};

/** As much of the real class as the data source leans on. */
export class DataSourceWithBackend {
  uid: string;
  constructor(readonly settings: { uid: string; type: string; name: string }) {
    this.uid = settings.uid;
  }
  getRef() {
    return { uid: this.uid, type: this.settings.type };
  }
  applyTemplateVariables(query: unknown, ..._rest: unknown[]) {
    return query;
  }
  query(request: DataQueryRequest): Observable<unknown> {
    const targets = request.targets.map((query) => this.applyTemplateVariables(query, request.scopedVars, request.filters));
    runtime.queried.push({ ...request, targets: targets as never });
    return of(runtime.answer(request));
  }
}

export const config = { featureToggles: {}, buildInfo: { version: '12.3.0' } };
export const getTemplateSrv = () => templates(runtime.variables);
export const getBackendSrv = () => ({ fetch: (request: Sent) => serve(runtime.sent).fetch(request) });
export const isFetchError = (err: unknown) => typeof err === 'object' && err !== null && 'status' in err;
export const getGrafanaLiveSrv = () => ({
  getDataStream: (options: (typeof runtime.streams)[number]) => {
    runtime.streams.push(options);
    return of({ data: [] });
  },
});
