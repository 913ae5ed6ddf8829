import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Alert, Combobox } from '@grafana/ui';
import { useCallback, useId } from 'react';

import type { ReportInfo } from '../api/wire';
import { selectors } from '../selectors';
import type { ReportQuery } from '../types';

import { FilterList } from './FilterList';
import { ReportDownloads } from './ReportDownloads';
import type { PartProps } from './types';
import { useResource } from './useResource';

/** Edits a question for a report, and downloads it as a file. */
export function ReportEditor(props: PartProps) {
  const { query, onChange, onRunQuery, datasource } = props;
  const reports = useResource(useCallback(() => datasource.api.reports(), [datasource]));
  const report = query.report ?? { kind: '' };
  const info = reports.value?.find(({ kind }) => kind === report.kind);
  const change = (part: Partial<ReportQuery>) => {
    onChange({ ...query, report: { ...report, ...part } });
    onRunQuery();
  };
  return (
    <>
      {reports.error && (
        <Alert severity="error" title="The reports cannot be read" bottomSpacing={0}>
          {reports.error}
        </Alert>
      )}
      <EditorRow>
        <Kind reports={reports.value ?? []} report={report} info={info} onChange={change} />
        {info && <Table report={report} info={info} onChange={change} />}
        {info && <ReportDownloads {...props} info={info} />}
      </EditorRow>
      {info && (info.filters?.length ?? 0) > 0 && (
        <EditorRow>
          <FilterList
            completedBy={(filter) => info.complete_from?.[filter]}
            known={info.filters ?? []}
            filters={report.filters ?? {}}
            datasource={datasource}
            onChange={(filters) => change({ filters: Object.keys(filters).length > 0 ? filters : undefined })}
          />
        </EditorRow>
      )}
    </>
  );
}

interface ReportPartProps {
  report: ReportQuery;
  info?: ReportInfo;
  onChange: (change: Partial<ReportQuery>) => void;
}

function Kind({ reports, report, info, onChange }: ReportPartProps & { reports: ReportInfo[] }) {
  const id = useId();
  return (
    <EditorField label="Report" tooltip={info?.help} width={40}>
      <Combobox
        id={id}
        data-testid={selectors.report.kind}
        placeholder="Choose a report"
        options={reports.map(({ kind, title, help }) => ({ value: kind, label: title, description: help }))}
        value={info ? { value: report.kind, label: info.title } : report.kind || null}
        onChange={({ value }) => onChange({ kind: value, table: undefined, filters: undefined })}
      />
    </EditorField>
  );
}

function Table({ report, info, onChange }: ReportPartProps) {
  const id = useId();
  const tables = (info?.parts ?? []).flatMap((part) => (part.tables ?? []).map((name) => ({ value: name, label: name, group: part.title })));
  return (
    <EditorField label="Table" optional width={28} tooltip="A report may have several tables; the panel shows one, a download has all.">
      <Combobox
        id={id}
        data-testid={selectors.report.table}
        placeholder="The first"
        options={tables}
        value={report.table ?? null}
        createCustomValue
        isClearable
        onChange={(chosen) => onChange({ table: chosen?.value })}
      />
    </EditorField>
  );
}
