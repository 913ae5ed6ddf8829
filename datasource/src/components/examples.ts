import { defaultAudit } from '../query/defaults';
import { type AuditFormat, type CiemQuery, QUERY_VERSION, type TableType } from '../types';

/** A question to start from. */
export interface Example {
  title: string;
  /** How it is written, or what it asks where nothing is written. */
  text: string;
  query: Omit<CiemQuery, 'refId'>;
}

function audit(title: string, text: string, format: AuditFormat = 'table'): Example {
  return { title, text, query: { queryType: 'audit', version: QUERY_VERSION, audit: { ...defaultAudit(), editor: 'text', format, text } } };
}

function table(title: string, queryType: TableType, name: string, filters: Record<string, string[]> = {}): Example {
  const text = [name, ...Object.entries(filters).map(([key, values]) => `${key}: ${values.join(', ')}`)].join(' · ');
  return { title, text, query: { queryType, version: QUERY_VERSION, table: { name, filters } } };
}

/** What each query type can be asked, by section of the cheat sheet. */
export function examples(): Array<{ section: string; examples: Example[] }> {
  return [
    {
      section: 'Audit: events',
      examples: [
        audit('High-risk calls that were refused', 'outcome:denied and severity:high'),
        audit('Who changed permissions, and not by way of a service', 'type:permissions outcome:ok invoked_by!:*', 'logs'),
        audit('Calls from outside of our networks', 'address:(0.0.0.0/0, ::/0) and address!:(10.0.0.0/8, 192.168.0.0/16)', 'logs'),
        audit('Keys that were handed out', 'issued:AKIA*'),
      ],
    },
    {
      section: 'Audit: numbers',
      examples: [
        audit('Refusals by permission', 'outcome:denied | count by action', 'groups'),
        audit('High-risk calls over time, by user', 'severity:high | series by username top 10', 'series'),
        audit('How many different actions a key was used for', 'access_key:* | count, unique(action), last by access_key', 'groups'),
      ],
    },
    {
      section: 'Entitlements',
      examples: [
        table('Identities with a high score', 'entitlements', 'identities', { band: ['high'] }),
        table('Who can read a secret', 'entitlements', 'who_can', { action: ['secretsmanager:GetSecretValue'] }),
        table('Access keys older than 90 days', 'entitlements', 'access_keys', { age: ['>90'] }),
      ],
    },
    {
      section: 'Findings, Permission Creep Index, remediation',
      examples: [
        table('Open findings', 'findings', 'findings'),
        table('Score of each system', 'pci', 'pci', { by: ['system'] }),
        table('Score over time', 'pci', 'pci_history', { by: ['system'] }),
        table('Runs that wait for approval', 'remediation', 'runs', { pending: ['yes'] }),
      ],
    },
    {
      section: 'Path',
      examples: [
        {
          title: 'What an access key was used for, and where that led',
          text: 'access key AKIAIOSFODNN7EXAMPLE',
          query: { queryType: 'path', version: QUERY_VERSION, path: { start: 'access_key', value: 'AKIAIOSFODNN7EXAMPLE' } },
        },
      ],
    },
  ];
}
