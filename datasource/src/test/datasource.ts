import type { DataSourceInstanceSettings } from '@grafana/data';

import { CiemDataSource } from '../datasource';
import type { CiemOptions } from '../types';

export function makeDatasource(): CiemDataSource {
  const settings = { id: 1, uid: 'leastward', type: 'leastward-ciem-datasource', name: 'Leastward', jsonData: {}, meta: {} };
  return new CiemDataSource(settings as DataSourceInstanceSettings<CiemOptions>);
}
