import { EditorField } from '@grafana/plugin-ui';
import { TextArea } from '@grafana/ui';
import { useId } from 'react';

import { defaultAudit } from '../query/defaults';
import { selectors } from '../selectors';

import type { PartProps } from './types';

/** Edits an audit query as text. */
export function AuditText({ query, onChange, onRunQuery }: PartProps) {
  const id = useId();
  const audit = query.audit ?? defaultAudit();
  const setText = (text: string) => onChange({ ...query, audit: { ...audit, editor: 'text', text } });
  return (
    <EditorField label="Query" width={80} tooltip="Fields, operators and pipes of the audit query language; Ctrl+Enter runs it.">
      <TextArea
        id={id}
        data-testid={selectors.query.text}
        value={audit.text}
        rows={2}
        placeholder="outcome:denied and severity:high | count by identity"
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && onRunQuery()}
        onBlur={onRunQuery}
      />
    </EditorField>
  );
}
