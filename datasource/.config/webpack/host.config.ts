// Bundles the host page: the editors with all that Grafana would give them, so
// that a browser can show them without a Grafana.
import path from 'path';
import { type Configuration, DefinePlugin } from 'webpack';

import { ROOT } from './plugin';
import { rules } from './rules';

const config: Configuration = {
  mode: 'production',
  context: path.join(ROOT, 'host'),
  devtool: false,
  target: ['web', 'es2022'],
  entry: { host: './main.tsx' },
  module: { rules: rules(false) },
  resolve: {
    extensions: ['.ts', '.tsx', '.js', '.jsx'],
    alias: { '@grafana/runtime': path.join(ROOT, 'src/test/runtime.ts'), 'amd-module': false },
    fallback: { stream: false, buffer: false, string_decoder: false },
  },
  output: { path: path.join(ROOT, 'host/dist'), publicPath: '/', filename: '[name].js', clean: true },
  optimization: { minimize: false },
  performance: { hints: false },
  plugins: [new DefinePlugin({ 'process.env.NODE_ENV': JSON.stringify('production') })],
};

export default config;
