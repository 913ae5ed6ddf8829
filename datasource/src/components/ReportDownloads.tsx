import { EditorField } from '@grafana/plugin-ui';
import { getTemplateSrv } from '@grafana/runtime';
import { Alert, Button, Stack } from '@grafana/ui';
import { useState } from 'react';

import type { ReportInfo } from '../api/wire';
import { interpolate } from '../query/interpolate';
import { Variables } from '../query/variables';
import { selectors } from '../selectors';
import type { CiemQuery } from '../types';

import { saveFile } from './saveFile';
import type { PartProps } from './types';
import { messageOf } from './useResource';

/** Buttons that download the report as it is asked for here. */
export function ReportDownloads({ query, datasource, range, info }: PartProps & { info: ReportInfo }) {
  const [busy, setBusy] = useState('');
  const [error, setError] = useState('');
  const download = async (format: string) => {
    setBusy(format);
    setError('');
    try {
      const { blob, name } = await datasource.api.reportFile(info.kind, format, bodyOf(query, range));
      saveFile(blob, name ?? `${info.kind}.${format}`);
    } catch (err) {
      setError(messageOf(err));
    } finally {
      setBusy('');
    }
  };
  return (
    <EditorField label="Download">
      <Stack direction="row" gap={1} wrap="wrap">
        {info.formats.filter(isFile).map((format) => (
          <Button
            key={format}
            data-testid={selectors.report.download(format)}
            variant="secondary"
            icon={busy === format ? 'spinner' : 'download-alt'}
            disabled={busy !== ''}
            aria-label={`Download the report as ${format.toUpperCase()}`}
            onClick={() => void download(format)}
          >
            {format.toUpperCase()}
          </Button>
        ))}
        {error && (
          <Alert severity="error" title="The report could not be downloaded" bottomSpacing={0} onRemove={() => setError('')}>
            {error}
          </Alert>
        )}
      </Stack>
    </EditorField>
  );
}

/** JSON is for programs. */
function isFile(format: string): boolean {
  return format !== 'json';
}

function bodyOf(query: CiemQuery, range: PartProps['range']) {
  const { scope, report } = interpolate(query, new Variables(getTemplateSrv(), {}));
  return { ...scope, filters: report?.filters, from: range?.from.toISOString(), to: range?.to.toISOString() };
}
