export { AuditEditor, type AuditEditorProps } from './AuditEditor';
export type { Source } from './source';
