import type { Configuration, ExternalItemFunctionData } from 'webpack';

type Done = (err?: Error, result?: string) => void;

/** Imports of Grafana's own modules by their old prefix, such as grafana/app/core. */
function legacy({ request }: ExternalItemFunctionData, done: Done): void {
  const prefix = 'grafana/';
  if (request?.startsWith(prefix)) {
    return done(undefined, request.slice(prefix.length));
  }
  done();
}

/**
 * What Grafana gives to its plugins at run time, so that it is not in the
 * bundle. These are the modules that the build of @grafana/create-plugin leaves
 * out as well: Grafana's loader knows no others.
 */
export const externals: Configuration['externals'] = [
  // The module `module` of AMD knows the address that a file was loaded from.
  { 'amd-module': 'module' },
  'lodash',
  'jquery',
  'moment',
  'slate',
  'emotion',
  '@emotion/react',
  '@emotion/css',
  'prismjs',
  'slate-plain-serializer',
  '@grafana/slate-react',
  'react',
  'react-dom',
  'react/jsx-runtime',
  'react/jsx-dev-runtime',
  'react-redux',
  'redux',
  'rxjs',
  'rxjs/operators',
  'i18next',
  'react-router',
  'd3',
  'angular',
  /^@grafana\/ui/i,
  /^@grafana\/runtime/i,
  /^@grafana\/data/i,
  legacy,
];
