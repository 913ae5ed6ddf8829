// Timestamps in what is tested are of one zone, wherever the tests run.
process.env.TZ = 'UTC';

/** Packages that are modules of ES and have to be transformed for Jest. */
const esm = [
  '@openfeature', '@react-awesome-query-builder', 'd3', 'd3-.*', 'delaunator', 'get-user-locale', 'internmap', 'marked', 'memoize',
  'mimic-function', 'monaco-promql', 'ol', 'ol-.*', 'rbush', 'react-calendar', 'react-colorful', 'robust-predicates', 'rxjs', 'uuid', 'quickselect',
  '@wojtekmaj/date-utils',
];

module.exports = {
  testEnvironment: 'jest-environment-jsdom',
  testTimeout: 240000, // A machine may be busy.
  testMatch: ['<rootDir>/src/**/*.test.{ts,tsx}', '<rootDir>/.config/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/.config/jest/setup.ts'],
  moduleNameMapper: {
    '\\.(svg|png|css|scss)$': '<rootDir>/.config/jest/asset.js',
    '^react-inlinesvg$': '<rootDir>/.config/jest/inlinesvg.js',
    '^@grafana/runtime$': '<rootDir>/src/test/runtime.ts',
  },
  transform: {
    '\\.(m?js|tsx?)$': [
      '@swc/jest',
      {
        sourceMaps: 'inline',
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
      },
    ],
  },
  transformIgnorePatterns: [`node_modules/(?!(.*/)?(${esm.join('|')})/)`],
};
