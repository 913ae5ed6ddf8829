// The host page: shows one of the plugin's editors, named by the address, as
// Grafana would, over the answers of the tests' fixture.
import { createRoot } from 'react-dom/client';

import { runtime } from '../src/test/runtime';

import { Host } from './Host';

const parameters = new URLSearchParams(window.location.search);
if (parameters.has('variables')) {
  runtime.variables = { system: ['111122223333'], identity: 'arn:aws:iam::111122223333:user/ana' };
}
const root = document.getElementById('root');
if (root) {
  createRoot(root).render(<Host parameters={parameters} />);
}
