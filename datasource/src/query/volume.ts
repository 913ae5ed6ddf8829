import {
  type DataQueryRequest,
  type SupplementaryQueryOptions,
  SupplementaryQueryType,
} from '@grafana/data';

import type { CiemQuery } from '../types';

import { splitAnswer } from './scan';

/** How often what a query finds happened, by how it ended. */
export function volumeQuery(options: SupplementaryQueryOptions, query: CiemQuery): CiemQuery | undefined {
  const { audit } = query;
  if (options.type !== SupplementaryQueryType.LogsVolume || query.queryType !== 'audit' || audit?.format !== 'logs' || query.hide) {
    return undefined;
  }
  if (audit.saved?.linked) {
    return undefined; // It may be an answer of groups, and only the backend knows.
  }
  const text = `${splitAnswer(audit.text).conditions.trim()} | series by outcome`.trim();
  const counted = { ...audit, format: 'series' as const, text, query: { where: audit.query?.where, series: { by: ['outcome'] } } };
  return { ...query, refId: `log-volume-${query.refId}`, audit: counted };
}

export function volumeRequest(request: DataQueryRequest<CiemQuery>): DataQueryRequest<CiemQuery> | undefined {
  const targets = request.targets
    .map((query) => volumeQuery({ type: SupplementaryQueryType.LogsVolume }, query))
    .filter((query): query is CiemQuery => query !== undefined);
  return targets.length > 0 ? { ...request, targets } : undefined;
}
