// What browsers have and jsdom lacks, as far as the components of Grafana need it.
import '@testing-library/jest-dom';
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
HTMLElement.prototype.scrollTo = () => {};
HTMLElement.prototype.scrollIntoView = () => {};
