import { DataSourcePlugin } from '@grafana/data';

import { lazily } from './components/lazily';
import { CiemDataSource } from './datasource';
import type { CiemOptions, CiemQuery, CiemSecrets } from './types';

export const plugin = new DataSourcePlugin<CiemDataSource, CiemQuery, CiemOptions, CiemSecrets>(CiemDataSource)
  .setConfigEditor(lazily(async () => (await import('./components/ConfigEditor')).ConfigEditor))
  .setQueryEditor(lazily(async () => (await import('./components/QueryEditor')).QueryEditor))
  .setQueryEditorHelp(lazily(async () => (await import('./components/QueryEditorHelp')).QueryEditorHelp));
