// Makes a saved query of what is edited.
import type { TimeRange } from '@grafana/data';

import type { SavedQuery, SaveRequest, SavedTree } from '../../api/wire';
import { scopeOf } from '../../query/interpolate';
import { interpolateText } from '../../query/interpolateText';
import type { Variables } from '../../query/variables';
import type { AuditQuery, CiemQuery } from '../../types';
import type { Source } from '../source';
import { asItRuns } from '../useChecked';

/** What a person says of a query that is saved. */
export interface Draft {
  name: string;
  description: string;
  shared: boolean;
}

export interface Saving {
  source: Source;
  query: CiemQuery;
  audit: AuditQuery;
  range?: TimeRange;
  variables: Variables;
}

/**
 * What is saved: variables with the values that they have now, as other programs
 * know no variables. A query that is replaced keeps the time that it was saved
 * with, for time is the dashboard's here.
 */
export async function saveRequest(draft: Draft, { source, query, audit, range, variables }: Saving, replaced?: SavedQuery): Promise<SaveRequest> {
  const scope = scopeOf(query.scope ?? {}, variables);
  const tree = await treeOfAudit(audit, source, variables);
  const { limit } = query;
  return {
    name: draft.name.trim(),
    description: draft.description.trim(),
    visibility: draft.shared ? 'shared' : 'private',
    query: { ...tree, ...scope, ...(limit && !tree.series && { limit }), range: replaced ? replaced.query.range : rangeOf(range) },
    ...(replaced && { version: replaced.version }),
  };
}

async function treeOfAudit(audit: AuditQuery, source: Source, variables: Variables): Promise<SavedTree> {
  const asked = audit.editor === 'text' ? { text: interpolateText(audit.text, variables) } : { query: asItRuns(audit.query ?? {}, variables) };
  return (await source.parse(asked)).query;
}

/** A range of the dashboard as a saved query has it. */
export function rangeOf(range?: TimeRange): SavedTree['range'] {
  if (!range) {
    return undefined;
  }
  const { from, to } = range.raw;
  const last = to === 'now' && typeof from === 'string' ? /^now-(\d+)([smhdwMy])$/.exec(from) : null;
  if (last) {
    return { last: last[2] === 'M' ? `${Number(last[1]) * 30}d` : `${last[1]}${last[2]}` };
  }
  return { from: range.from.toISOString(), to: range.to.toISOString() };
}
