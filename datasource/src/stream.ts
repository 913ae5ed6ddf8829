import { type DataQueryRequest, type DataQueryResponse, LiveChannelScope } from '@grafana/data';
import { getGrafanaLiveSrv } from '@grafana/runtime';
import { merge, type Observable, of } from 'rxjs';

import type { CiemQuery } from './types';

/**
 * Follows events as they are stored. Each question has a channel of its own, so
 * that a changed one begins anew and the same one is shared.
 */
export function tail(uid: string, request: DataQueryRequest<CiemQuery>, queries: CiemQuery[]): Observable<DataQueryResponse> {
  const live = queries.filter((query) => query.queryType === 'audit');
  if (live.length === 0) {
    return of({ data: [] });
  }
  const maxLength = request.maxDataPoints ?? 1000;
  return merge(
    ...live.map((query) =>
      getGrafanaLiveSrv().getDataStream({
        key: `${uid}-${request.requestId}-${query.refId}`,
        addr: { scope: LiveChannelScope.DataSource, stream: uid, namespace: uid, path: `tail/${hash(query)}`, data: query },
        buffer: { maxLength },
      })
    )
  );
}

/** Names a question: 64 bits of its text as hexadecimal digits (FNV-1a). */
export function hash(query: CiemQuery): string {
  const { refId: _refId, datasource: _datasource, ...question } = query;
  let value = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(JSON.stringify(question))) {
    value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
  }
  return value.toString(16).padStart(16, '0');
}
