import { of } from 'rxjs';

import { answer } from './fixture';

/** A request to Grafana's server. */
export interface Sent {
  url: string;
  method: string;
  params?: Record<string, string>;
  data?: unknown;
  responseType?: string;
}

/** Answers the resources of a data source as the fixture has them. */
export function serve(sent: Sent[] = []) {
  return {
    fetch: (request: Sent) => {
      sent.push(request);
      const path = request.url.split('/resources/')[1] ?? request.url;
      if (request.responseType === 'blob') {
        return of({ data: new Blob(['file']), headers: new Headers({ 'Content-Disposition': 'attachment; filename="report.pdf"' }) });
      }
      return of({ data: answer(path, request.params) });
    },
  };
}
