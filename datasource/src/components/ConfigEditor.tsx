import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { Auth, AuthMethod, ConfigSection, ConnectionSettings, convertLegacyAuthProps, DataSourceDescription } from '@grafana/plugin-ui';
import { Divider } from '@grafana/ui';

import { selectors } from '../selectors';
import type { CiemOptions, CiemSecrets } from '../types';

import { ConfigLimits } from './ConfigLimits';
import { ConfigToken } from './ConfigToken';

export type ConfigProps = DataSourcePluginOptionsEditorProps<CiemOptions, CiemSecrets>;

const DOCS = 'https://github.com/leastward/leastward/tree/main/datasource';

/** Edits the settings of a data source. */
export function ConfigEditor(props: ConfigProps) {
  const { options, onOptionsChange } = props;
  const auth = convertLegacyAuthProps({ config: options, onChange: onOptionsChange });
  return (
    <>
      <DataSourceDescription dataSourceName="Leastward CIEM" docsLink={DOCS} hasRequiredFields />
      <Divider />
      <div data-testid={selectors.config.url}>
        <ConnectionSettings
          config={options}
          onChange={onOptionsChange}
          urlPlaceholder="https://leastward.example.org:9186"
          urlTooltip="The address of the Leastward exporter, as Grafana’s server reaches it."
        />
      </div>
      <Divider />
      <ConfigToken {...props} />
      <Divider />
      <Auth {...auth} visibleMethods={[AuthMethod.NoAuth, AuthMethod.BasicAuth]} />
      <Divider />
      <ConfigSection title="Additional settings" isCollapsible isInitiallyOpen={false}>
        <ConfigLimits {...props} />
      </ConfigSection>
    </>
  );
}
