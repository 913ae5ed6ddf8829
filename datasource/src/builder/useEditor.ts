import { getTemplateSrv } from '@grafana/runtime';
import { useCallback, useEffect, useMemo, useState } from 'react';

import type { FieldInfo } from '../api/wire';
import { variableOptions } from '../components/options';
import { Variables } from '../query/variables';
import type { AuditQuery, AuditTree } from '../types';

import type { AuditEditorProps } from './AuditEditor';
import { meaningOf } from './meaning';
import { type Checked, type CheckedSource, useChecked } from './useChecked';
import { type Loading, useLoading } from './useLoading';
import { type Modes, useModes } from './useModes';
import { type Change, useQuery } from './useQuery';

export interface EditorState extends Modes, Loading {
  audit: AuditQuery;
  checked: Checked;
  checkedSource: CheckedSource;
  /** The names of variables, with their $. */
  names: string[];
  changeTree: (tree: AuditTree) => void;
  /** What could not be done. */
  message?: string;
  dismiss: () => void;
}

const NO_FIELDS: FieldInfo[] = [];

/** What the editor of an audit query knows and does. */
export function useEditor(props: AuditEditorProps, fields: FieldInfo[] = NO_FIELDS): EditorState {
  const { api } = props.datasource;
  const state = useQuery(props);
  const { audit, change, latest } = state;
  const [message, setMessage] = useState<string>();
  const variables = useMemo(() => new Variables(getTemplateSrv(), {}), []);
  const names = useMemo(() => variableOptions().map(({ value }) => value), []);
  const checkedSource = useMemo(() => ({ source: api, fields, variables }), [api, fields, variables]);
  const builder = audit.editor === 'builder' && !audit.saved?.linked;
  const checked = useChecked(builder ? (audit.query ?? {}) : {}, checkedSource);
  useKeptText(builder, checked, audit, change);
  const changeTree = useCallback(
    (tree: AuditTree) => {
      setMessage(undefined);
      change({ editor: 'builder', query: tree }, { run: meaningOf(tree) !== meaningOf(latest.current?.audit?.query ?? {}) });
    },
    [change, latest]
  );
  return {
    ...useModes(state, checkedSource, setMessage),
    ...useLoading(state, checkedSource, setMessage),
    audit,
    checked,
    checkedSource,
    names,
    changeTree,
    message,
    dismiss: () => setMessage(undefined),
  };
}

/**
 * Keeps the text beside the tree, for lists of queries and for whoever reads the
 * dashboard's JSON. It is kept once the tree was changed here: to look at a query
 * changes nothing.
 */
function useKeptText(builder: boolean, { text, loading, problems }: Checked, audit: AuditQuery, change: Change): void {
  const tree = JSON.stringify(audit.query ?? {});
  const [first] = useState(tree);
  useEffect(() => {
    if (builder && tree !== first && !loading && problems.length === 0 && text !== undefined && text !== audit.text) {
      change({ text });
    }
  }, [builder, tree, first, loading, problems, text, audit.text, change]);
}
