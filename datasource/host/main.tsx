// The host page: shows one of the plugin's editors, named by the address, as
// Grafana would, over the answers of the tests' fixture.
import { createRoot } from 'react-dom/client';

import { Host } from './Host';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(<Host parameters={new URLSearchParams(window.location.search)} />);
}
