import type { CoreApp, TimeRange } from '@grafana/data';

import type { CiemDataSource } from '../datasource';
import type { CiemQuery } from '../types';

/** What the editor of a part of a query takes. */
export interface PartProps {
  query: CiemQuery;
  onChange: (query: CiemQuery) => void;
  onRunQuery: () => void;
  datasource: CiemDataSource;
  app?: CoreApp;
  range?: TimeRange;
}
