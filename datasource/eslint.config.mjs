import grafana from '@grafana/eslint-config/flat.js';
import a11y from 'eslint-plugin-jsx-a11y';

export default [
  { ignores: ['node_modules/', 'dist/', 'host/dist/', 'coverage/', 'test-results/', 'playwright-report/'] },
  ...grafana,
  a11y.flatConfigs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { project: './tsconfig.json' } },
    settings: { react: { version: '18.3' } },
    rules: {
      'react/react-in-jsx-scope': 'off', // The automatic runtime needs no React.
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/ban-ts-comment': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 220, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.test.{ts,tsx}', 'tests/**', 'host/**'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
];
