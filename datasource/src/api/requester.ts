import { type BackendSrv, isFetchError } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import type { ParseProblem } from './wire';

/** Asks the resources of the backend. */
export interface Requester {
  get<T>(path: string, params?: Record<string, string>): Promise<T>;
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** A file, with the name that the backend gives it. */
  file(path: string, body: unknown): Promise<{ blob: Blob; name?: string }>;
}

/** A resource refused, in its own words. */
export class ResourceError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly problem: ParseProblem
  ) {
    super(message);
    this.name = 'ResourceError';
  }
}

/** Asks the resources of one data source. */
export function requester(uid: string, backend: () => Pick<BackendSrv, 'fetch'>): Requester {
  const url = (path: string) => `/api/datasources/uid/${encodeURIComponent(uid)}/resources/${path}`;
  const ask = async <T>(options: { method: string; path: string; params?: Record<string, string>; data?: unknown; blob?: boolean }) => {
    const { method, path, params, data, blob } = options;
    const responseType = blob ? ('blob' as const) : undefined;
    try {
      return await lastValueFrom(backend().fetch<T>({ url: url(path), method, params, data, responseType, showErrorAlert: false }));
    } catch (err) {
      throw await explained(err);
    }
  };
  return {
    get: async (path, params) => (await ask<never>({ method: 'GET', path, params })).data,
    send: async (method, path, data) => (await ask<never>({ method, path, data })).data,
    file: async (path, data) => {
      const { data: blob, headers } = await ask<Blob>({ method: 'POST', path, data, blob: true });
      return { blob, name: fileName(headers.get('Content-Disposition') ?? '') };
    },
  };
}

/** The error with the words of the backend, which may be in a file's place. */
async function explained(err: unknown): Promise<unknown> {
  if (!isFetchError(err)) {
    return err;
  }
  const body: unknown = err.data instanceof Blob ? JSON.parse((await err.data.text()) || '{}') : err.data;
  const { error, message, ...rest } = Object(body);
  const text = String(error || message || err.statusText || `The plugin answered ${err.status}.`);
  return new ResourceError(text, err.status, { ...rest, error: text });
}

function fileName(disposition: string): string | undefined {
  return /filename="?([^";]+)"?/.exec(disposition)?.[1];
}
