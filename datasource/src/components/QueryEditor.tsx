import type { QueryEditorProps } from '@grafana/data';
import { EditorRow } from '@grafana/plugin-ui';
import { Stack } from '@grafana/ui';
import { useMemo } from 'react';

import type { CiemDataSource } from '../datasource';
import { migrate } from '../query/migration';
import { selectors } from '../selectors';
import type { CiemOptions, CiemQuery } from '../types';

import { AlertHint } from './AlertHint';
import { AuditPart } from './AuditPart';
import { PathEditor } from './PathEditor';
import { QueryHeader } from './QueryHeader';
import { ReportEditor } from './ReportEditor';
import { ScopePicker } from './ScopePicker';
import { TableEditor } from './TableEditor';
import type { PartProps } from './types';

export type Props = QueryEditorProps<CiemDataSource, CiemQuery, CiemOptions>;

/** Edits a query: what is asked, of which places, and how it is shown. */
export function QueryEditor({ query: kept, onChange, onRunQuery, datasource, app, range }: Props) {
  const query = useMemo(() => migrate(kept), [kept]);
  const props: PartProps = { query, onChange, onRunQuery, datasource, app, range };
  return (
    <div data-testid={selectors.query.editor}>
      <Stack direction="column" gap={0.5}>
        <Stack direction="column" gap={1}>
          <QueryHeader {...props} />
          <AlertHint {...props} />
        </Stack>
        <EditorRow>
          <ScopePicker
            scope={query.scope ?? {}}
            datasource={datasource}
            onChange={(scope) => {
              onChange({ ...query, scope });
              onRunQuery();
            }}
          />
        </EditorRow>
        <Part {...props} />
      </Stack>
    </div>
  );
}

function Part(props: PartProps) {
  switch (props.query.queryType) {
    case 'audit':
      return <AuditPart {...props} />;
    case 'path':
      return <PathEditor {...props} />;
    case 'report':
      return <ReportEditor {...props} />;
  }
  return <TableEditor {...props} />;
}
