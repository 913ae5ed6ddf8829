import type { RuleSetRule } from 'webpack';

/** How sources become JavaScript: types are dropped here and checked by tsc. */
export function rules(development: boolean): RuleSetRule[] {
  return [
    {
      test: /\.[tj]sx?$/,
      exclude: /node_modules/,
      loader: 'swc-loader',
      options: {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', development } },
        },
      },
    },
    { test: /\.svg$/, type: 'asset/inline' },
  ];
}
