import { type RefObject, useCallback, useEffect, useRef } from 'react';

import { defaultAudit } from '../query/defaults';
import type { AuditQuery, CiemQuery } from '../types';

import type { AuditEditorProps } from './AuditEditor';

export interface ChangeOptions {
  /** Asks the query at once. */
  run?: boolean;
  /** What changes beside the audit query. */
  rest?: Partial<CiemQuery>;
}

export type Change = (audit: Partial<AuditQuery>, options?: ChangeOptions) => void;

export interface QueryState {
  audit: AuditQuery;
  change: Change;
  /** The query as it is at the moment, for what was waited for. */
  latest: RefObject<CiemQuery>;
}

/** The query with what changes it, also after something was waited for. */
export function useQuery(props: AuditEditorProps): QueryState {
  const latestProps = useRef(props);
  const latest = useRef(props.query);
  useEffect(() => {
    latestProps.current = props;
    latest.current = props.query;
  }, [props]);
  const change: Change = useCallback((part, { run, rest } = {}) => {
    const audit = { ...(latest.current.audit ?? defaultAudit()), ...part };
    latest.current = { ...latest.current, ...rest, audit };
    latestProps.current.onChange(latest.current);
    if (run) {
      latestProps.current.onRunQuery();
    }
  }, []);
  return { audit: props.query.audit ?? defaultAudit(), change, latest };
}
