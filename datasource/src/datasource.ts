import { type CoreApp, type DataSourceInstanceSettings } from '@grafana/data';
import { DataSourceWithBackend, getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { Api, type Requester } from './api/api';
import { defaultQuery } from './query/defaults';
import type { CiemOptions, CiemQuery } from './types';

/** The data source: everything is asked of the plugin's backend. */
export class CiemDataSource extends DataSourceWithBackend<CiemQuery, CiemOptions> {
  readonly api: Api;

  constructor(settings: DataSourceInstanceSettings<CiemOptions>) {
    super(settings);
    this.api = new Api(this.requester());
  }

  override getDefaultQuery(_app: CoreApp): Partial<CiemQuery> {
    return defaultQuery();
  }

  private requester(): Requester {
    return {
      get: (path, params) => this.getResource(path, params),
      send: async (method, path, body) => {
        const url = `/api/datasources/uid/${this.uid}/resources/${path}`;
        const options = { method, url, data: body, showErrorAlert: false };
        return (await lastValueFrom(getBackendSrv().fetch<never>(options))).data;
      },
    };
  }
}
