import { ConfigSection } from '@grafana/plugin-ui';
import { Field, SecretInput, Switch, Text } from '@grafana/ui';
import { useId } from 'react';

import { selectors } from '../selectors';

import type { ConfigProps } from './ConfigEditor';

/** The token that the exporter knows this data source by. */
export function ConfigToken({ options, onOptionsChange }: ConfigProps) {
  const id = useId();
  const { secureJsonData, secureJsonFields, jsonData } = options;
  const setToken = (token: string, kept: boolean) =>
    onOptionsChange({
      ...options,
      secureJsonData: { ...secureJsonData, token },
      secureJsonFields: { ...secureJsonFields, token: kept },
    });
  return (
    <ConfigSection title="Token" description={<TokenHelp />}>
      <Field label="Token" htmlFor={`${id}-token`} description="Sent as a bearer token. It is kept encrypted and never shown again.">
        <SecretInput
          id={`${id}-token`}
          data-testid={selectors.config.token}
          width={60}
          autoComplete="new-password"
          placeholder="Token of the exporter"
          isConfigured={Boolean(secureJsonFields?.token)}
          value={secureJsonData?.token ?? ''}
          onChange={(e) => setToken(e.currentTarget.value, false)}
          onReset={() => setToken('', false)}
        />
      </Field>
      <Field
        label="Forward the user"
        htmlFor={`${id}-forward`}
        description="Tells the exporter who asks, so that saved queries and its own log have that name. The token needs on_behalf: true."
      >
        <Switch
          id={`${id}-forward`}
          data-testid={selectors.config.forwardUser}
          value={Boolean(jsonData.forwardUser)}
          onChange={(e) => onOptionsChange({ ...options, jsonData: { ...jsonData, forwardUser: e.currentTarget.checked } })}
        />
      </Field>
    </ConfigSection>
  );
}

function TokenHelp() {
  return (
    <div data-testid={selectors.config.help}>
      <Text color="secondary">
        Make a random token, such as with <code>openssl rand -hex 32</code>, and name it in the exporter’s configuration under{' '}
        <code>api.tokens</code> with the role viewer and the systems that this data source may see. Without a list of tokens the exporter takes
        none, and asks only for what its web configuration says: choose that under Authentication.
      </Text>
    </div>
  );
}
