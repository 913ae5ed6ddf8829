import { type DataQueryRequest, dateTime, type LogRowContextOptions, LogRowContextQueryDirection, type LogRowModel, type TimeRange } from '@grafana/data';

import type { AuditNode, CiemQuery, FieldNode } from '../types';

import { defaultAudit } from './defaults';

/** How far from an event its context is sought, in milliseconds. */
const WINDOW = 2 * 60 * 60_000;
const LIMIT = 50;

/** Who acts is told by the first of these that an event has. */
const ACTORS = [['session', 'identity'], ['access_key', 'identity'], ['identity'], ['address']];

/** Asks what the one who caused an event did before or after it. */
export function contextQuery(row: LogRowModel, options: LogRowContextOptions, query?: CiemQuery): CiemQuery {
  const forward = options.direction === LogRowContextQueryDirection.Forward;
  return {
    refId: `log-context-${row.dataFrame.refId ?? query?.refId ?? 'A'}`,
    queryType: 'audit',
    version: 1,
    scope: query?.scope,
    limit: options.limit ?? LIMIT,
    audit: {
      ...defaultAudit(),
      format: 'logs',
      query: { where: { all: conditions(row.labels) }, sort: [{ by: 'time', descending: !forward }] },
    },
  };
}

/** The request around an event: up to its time, or from it. */
export function contextRequest(row: LogRowModel, options: LogRowContextOptions, query?: CiemQuery): DataQueryRequest<CiemQuery> {
  const target = contextQuery(row, options, query);
  return {
    requestId: `${target.refId}-${options.direction}-${row.uid}`,
    app: 'explore',
    interval: '1m',
    intervalMs: 60_000,
    range: around(row.timeEpochMs, options),
    scopedVars: options.scopedVars ?? {},
    targets: [target],
    timezone: 'browser',
    startTime: row.timeEpochMs,
  };
}

function around(time: number, { direction, timeWindowMs = WINDOW }: LogRowContextOptions): TimeRange {
  const forward = direction === LogRowContextQueryDirection.Forward;
  // The end of a range is not in it; events of the same millisecond are.
  const from = dateTime(forward ? time : time - timeWindowMs);
  const to = dateTime(forward ? time + timeWindowMs : time + 1);
  return { from, to, raw: { from, to } };
}

function conditions(labels: Record<string, string>): AuditNode[] {
  const actor = ACTORS.find(([first]) => labels[first]) ?? [];
  const nodes: FieldNode[] = actor.filter((field) => labels[field]).map((field) => ({ field, op: 'is', values: [labels[field]] }));
  // The event itself stands between what is before and after.
  return labels.id ? [...nodes, { field: 'id', op: 'is_not', values: [labels.id] }] : nodes;
}
