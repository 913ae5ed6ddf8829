import { DataSourcePlugin } from '@grafana/data';

import { QueryEditor } from './components/QueryEditor';
import { CiemDataSource } from './datasource';
import type { CiemOptions, CiemQuery, CiemSecrets } from './types';

export const plugin = new DataSourcePlugin<CiemDataSource, CiemQuery, CiemOptions, CiemSecrets>(CiemDataSource).setQueryEditor(QueryEditor);
