// How tests find the parts of the editor that have no role and name of their
// own; by data-testid, and nothing else does.
export const selectors = {
  editor: 'leastward-audit-editor',
  builder: 'leastward-audit-builder',
  preview: 'leastward-audit-preview',
  text: 'leastward-audit-text',
  caret: 'leastward-audit-caret',
  saved: 'leastward-audit-saved',
} as const;
