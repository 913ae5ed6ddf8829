// The build of the plugin. It is our own, and makes what a build of
// @grafana/create-plugin makes: a module.js of AMD that leaves out what Grafana
// has (externals.ts), lazy chunks beside it, and the files of a plugin's folder.
import CopyPlugin from 'copy-webpack-plugin';
import path from 'path';
import type { Configuration } from 'webpack';

import { externals } from './externals';
import { DIST, pluginId, ROOT, SRC, stamp } from './plugin';
import { rules } from './rules';

/** Programs of the backend are built beside, and must stay. */
const BACKEND = /^(gpx_.*|go_plugin_build_manifest)$/;

function files() {
  const of = (from: string, to = '.') => ({ from, to, noErrorOnMissing: true });
  return new CopyPlugin({
    patterns: [
      { from: path.join(SRC, 'plugin.json'), to: '.', transform: stamp },
      { from: path.join(ROOT, 'README.md'), to: '.', transform: stamp },
      { from: path.join(ROOT, 'CHANGELOG.md'), to: '.' },
      { from: path.join(ROOT, 'LICENSE'), to: '.' },
      of(path.join(SRC, 'img'), 'img'),
      of(path.resolve(ROOT, '../dashboards/json'), 'dashboards'),
    ],
  });
}

function config(env: Record<string, unknown>): Configuration {
  const development = Boolean(env.development);
  return {
    mode: development ? 'development' : 'production',
    context: SRC,
    devtool: development ? 'eval-source-map' : 'source-map',
    target: ['web', 'es2022'],
    // The address of the chunks has to be known before anything else runs.
    entry: { module: ['./publicPath.ts', './module.ts'] },
    externals,
    module: { rules: rules(development) },
    resolve: { extensions: ['.ts', '.tsx', '.js', '.jsx'] },
    output: {
      path: DIST,
      filename: '[name].js',
      chunkFilename: development ? '[name].js' : '[name].[contenthash:8].js',
      publicPath: `public/plugins/${pluginId()}/`,
      library: { type: 'amd' },
      uniqueName: pluginId(),
      clean: { keep: (name: string) => BACKEND.test(name) },
    },
    performance: { maxEntrypointSize: 64 << 10, maxAssetSize: 256 << 10, hints: development ? false : 'error' },
    plugins: [files()],
  };
}

export default config;
