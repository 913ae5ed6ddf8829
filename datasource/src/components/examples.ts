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
        audit('Keys and secrets that were handed out', 'issued:* and issued!:ASIA*'),
      ],
    },
    {
      section: 'Audit: one cloud',
      examples: [
        audit('Azure: who assigned roles', 'action:Microsoft.Authorization/roleAssignments/write outcome:ok'),
        audit('Azure: keys of storage accounts that were read', 'action:(Microsoft.Storage/storageAccounts/listKeys/action, Microsoft.Storage/storageAccounts/listAccountSas/action)'),
        audit('Google Cloud: who set policies', 'action:*.setIamPolicy outcome:ok'),
        audit('Google Cloud: who acted as a service account', 'action:(iam.serviceAccounts.getAccessToken, iam.serviceAccounts.signJwt) | count, last by username, resource', 'groups'),
        audit('AWS: who took on roles', 'action:(sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity) by_service:false | count, last by username, resource', 'groups'),
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
        table('AWS: who can read a secret', 'entitlements', 'who_can', { action: ['secretsmanager:GetSecretValue'] }),
        table('Azure: who is owner or may assign roles, and where', 'entitlements', 'assignments', { policy_name: ['Owner', 'User Access Administrator'] }),
        table('Google Cloud: who has a basic role, and where', 'entitlements', 'assignments', { policy_name: ['Owner', 'Editor'] }),
        table('Guests and identities of others', 'entitlements', 'identities', { subtype: ['guest', 'cross_account'] }),
        table('Keys and secrets older than 90 days', 'entitlements', 'access_keys', { age: ['>90'] }),
      ],
    },
    {
      section: 'Findings, Permission Creep Index, remediation',
      examples: [
        table('Open findings', 'findings', 'findings'),
        table('Score of each cloud', 'pci', 'pci', { by: ['cloud'] }),
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
        {
          title: 'What a service account of Google Cloud did, and who acted as it',
          text: 'identity deployer@example-project.iam.gserviceaccount.com',
          query: { queryType: 'path', version: QUERY_VERSION, path: { start: 'identity', value: 'deployer@example-project.iam.gserviceaccount.com' } },
        },
      ],
    },
  ];
}
