import { EditorField, EditorRow } from '@grafana/plugin-ui';
import { Combobox, Input, RadioButtonGroup } from '@grafana/ui';
import { useCallback, useId, useMemo } from 'react';

import { selectors } from '../selectors';
import type { PathQuery, PathStart } from '../types';

import { wholeNumber } from './number';
import { countOptions, matching, variableOptions } from './options';
import type { PartProps } from './types';

const STARTS: Array<{ value: PathStart; label: string; example: string }> = [
  { value: 'identity', label: 'Identity', example: 'ARN, object id or e-mail address' },
  { value: 'session', label: 'Session', example: 'ci-4711' },
  { value: 'access_key', label: 'Access key', example: 'AKIAIOSFODNN7EXAMPLE, or id of a secret or key' },
  { value: 'address', label: 'IP address', example: '203.0.113.9' },
];

/** Edits a trace: from whom or what, and how far. */
export function PathEditor(props: PartProps) {
  const { query, onChange, onRunQuery } = props;
  const id = useId();
  const path: PathQuery = query.path ?? { start: 'identity', value: '' };
  const set = (change: Partial<PathQuery>) => onChange({ ...query, path: { ...path, ...change } });
  return (
    <EditorRow>
      <EditorField label="Start from">
        <div role="group" aria-label="Start from" data-testid={selectors.path.start}>
          <RadioButtonGroup options={STARTS} value={path.start} onChange={(start) => set({ start, value: '', role: undefined })} />
        </div>
      </EditorField>
      <StartValue {...props} path={path} set={set} />
      {path.start === 'session' && (
        <EditorField label="Role" optional width={24} tooltip="The ARN of the session’s role, for AWS, where other roles have sessions of that name.">
          <Input
            id={`${id}-role`}
            data-testid={selectors.path.role}
            value={path.role ?? ''}
            onChange={(e) => set({ role: e.currentTarget.value || undefined })}
            onBlur={onRunQuery}
          />
        </EditorField>
      )}
      {(['depth', 'maxNodes'] as const).map((name) => (
        <EditorField key={name} label={name === 'depth' ? 'Steps' : 'Nodes'} optional tooltip={HELP[name]}>
          <Input
            id={`${id}-${name}`}
            data-testid={selectors.path[name]}
            type="number"
            min={1}
            width={10}
            placeholder="default"
            value={path[name] ?? ''}
            onChange={(e) => set({ [name]: wholeNumber(e.currentTarget.value) })}
            onBlur={onRunQuery}
          />
        </EditorField>
      ))}
    </EditorRow>
  );
}

const HELP = {
  depth: 'How many assumed roles, created keys and the like are followed in a row.',
  maxNodes: 'How many nodes the graph has at most; what is cut is said above the panel.',
};

function StartValue({ query, onChange, onRunQuery, datasource, range, path }: PartProps & { path: PathQuery; set: (change: Partial<PathQuery>) => void }) {
  const id = useId();
  const variables = useMemo(() => variableOptions(), []);
  const { start } = path;
  const from = range?.from.toISOString();
  const to = range?.to.toISOString();
  const ask = useCallback(
    async (typed: string) => {
      const found = await datasource.api.values({ field: start, prefix: typed, from, to }).catch(() => []);
      return [...matching(variables, typed), ...countOptions(found)];
    },
    [datasource, start, from, to, variables]
  );
  const { label, example } = STARTS.find(({ value }) => value === start) ?? STARTS[0];
  return (
    <EditorField label={label} width={60}>
      <Combobox
        id={id}
        data-testid={selectors.path.value}
        placeholder={example}
        options={ask}
        value={path.value || null}
        createCustomValue
        isClearable
        onChange={(chosen) => {
          onChange({ ...query, path: { ...path, value: chosen?.value ?? '' } });
          onRunQuery();
        }}
      />
    </EditorField>
  );
}
