// Tells webpack where the plugin's chunks are: beside module.js, wherever
// Grafana (or a CDN before it) loaded that from.
import amd from 'amd-module';

import plugin from './plugin.json';

declare let __webpack_public_path__: string;

const uri = amd?.uri;
__webpack_public_path__ = uri ? uri.slice(0, uri.lastIndexOf('/') + 1) : `public/plugins/${plugin.id}/`;
