// What browsers have and jsdom lacks, as far as the components of Grafana need it.
import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';
import { TextDecoder, TextEncoder } from 'util';

class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}

function matchMedia(query: string) {
  const ignore = () => {};
  return { matches: false, media: query, addListener: ignore, removeListener: ignore, addEventListener: ignore, removeEventListener: ignore };
}

/** Selects measure their options with a canvas. */
function getContext() {
  return { measureText: (text: string) => ({ width: text.length * 8 }) };
}

Object.assign(globalThis, { TextDecoder, TextEncoder });
Object.assign(window, { ResizeObserver: Observer, IntersectionObserver: Observer });
Object.defineProperty(window, 'matchMedia', { value: matchMedia });
Object.defineProperty(HTMLCanvasElement.prototype, 'getContext', { value: getContext });
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', { value: 200, configurable: true });
Object.defineProperty(HTMLElement.prototype, 'offsetWidth', { value: 200, configurable: true });
// Lists show the rows that there is room for.
Element.prototype.getBoundingClientRect = () => ({ x: 0, y: 0, top: 0, left: 0, right: 200, bottom: 200, width: 200, height: 200, toJSON: () => ({}) });
HTMLElement.prototype.scrollTo = () => {};
HTMLElement.prototype.scrollIntoView = () => {};

// Whether something can be seen is slow to find out, and a machine may be busy.
configure({ defaultHidden: true, asyncUtilTimeout: 15_000 });
